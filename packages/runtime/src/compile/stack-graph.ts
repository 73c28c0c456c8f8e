import { LamoError } from '@lamo/core';
import { type Graph, type Node, reachableNodes, type Value } from '../trace/graph';
import { GraphBuilder } from '../trace/graph-builder';
import { stackRules } from './stacking/index';
import { type Operand, repeated } from './stacking/stack-rule';

/**
 * Rewrites a graph to compute `count` independent copies of it at once, as `jax.vmap` does. What depends on shared inputs and
 * constants alone is computed once, and nothing shared is repeated but where it is joined with, or written into, a copy's own.
 *
 * @param graph what one copy computes
 * @param count how many copies
 * @param isShared tells which inputs all copies read, by port; the others get a leading axis of `count`
 * @returns a graph with the same ports; every output has a leading axis of `count`
 * @throws LamoError `unsupported-kernel` if a kernel has no rule for copies
 */
export function stackGraph(graph: Graph, count: number, isShared: (port: string) => boolean): Graph {
  const builder = new GraphBuilder();
  const replayed = new Map<Value, Operand>();
  for (const [port, value] of graph.inputs) {
    const isStacked = !isShared(port);
    const shape = isStacked ? [count, ...value.shape] : value.shape;
    replayed.set(value, {
      value: builder.input(port, { ...value, shape }),
      shape: value.shape,
      isStacked,
    });
  }
  for (const node of graph.nodes) if (node.kernel !== '$input') replay(builder, count, node, replayed);
  const outputs = new Map(
    [...graph.outputs].map(([port, value]) => [port, repeated({ builder, count }, replayed.get(value)!)]),
  );
  return { nodes: reachableNodes(outputs.values()), inputs: builder.inputs, outputs };
}

/** Adds a node of one copy to the graph: once if all its operands are shared, else for all copies. */
function replay(builder: GraphBuilder, count: number, node: Node, replayed: Map<Value, Operand>): void {
  const operands = Object.fromEntries(
    Object.entries(node.inputs).map(([name, value]) => [name, replayed.get(value)!]),
  );
  const isStacked = Object.values(operands).some((operand) => operand.isStacked);
  const made = isStacked
    ? ruleOf(node.kernel)({ builder, count, node, operands })
    : replayShared(builder, node, operands);
  node.outputs.forEach((value, i) => {
    replayed.set(value, { value: made[i]!, shape: value.shape, isStacked });
  });
}

function replayShared(
  builder: GraphBuilder,
  { kernel, attributes, constant, outputs }: Node,
  operands: Readonly<Record<string, Operand>>,
): Value[] {
  if (constant !== undefined) return [builder.constant(constant, outputs[0]!)];
  const inputs = Object.entries(operands).map(([name, { value }]) => [name, value]);
  return builder.add(kernel, Object.fromEntries(inputs), attributes);
}

function ruleOf(kernel: string) {
  const rule = stackRules[kernel];
  if (rule !== undefined) return rule;
  throw new LamoError({
    where: 'runtime/compile',
    code: 'unsupported-kernel',
    problem: `Steps that call ${kernel} cannot be taken for several copies at once`,
    expected: 'kernels with a rule for copies',
    received: kernel,
    hint: 'Compute the copies one after the other.',
  });
}
