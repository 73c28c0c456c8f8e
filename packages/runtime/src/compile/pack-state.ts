import { type Graph, reachableNodes, type Value } from '../trace/graph';
import { GraphBuilder } from '../trace/graph-builder';
import { sizeOf } from '../tree';
import { isStatePort, ports } from './ports';

/** State leaves that are stored one after the other in one vector. */
export interface Pack {
  /** Its port as input and output of the graphs. */
  readonly name: string;
  readonly size: number;
  /** The leaves by port, in the order of the vector. */
  readonly leaves: readonly { readonly name: string; readonly offset: number; readonly size: number }[];
}

/** Graphs rewritten for packed state, and the packs. */
export interface PackedGraphs {
  readonly graphs: readonly Graph[];
  readonly packs: readonly Pack[];
}

/**
 * Stores state as one vector if the steps treat it as one.
 *
 * Optimisers join all parameters to one vector, compute on it and split it again: few large operations instead
 * of many small ones. Where a graph joins whole state leaves, their numbers are laid out side by side, so that
 * the join is the stored vector itself and the split of the new vector is never computed.
 */
export function packState(graphs: readonly Graph[]): PackedGraphs {
  const packs = choosePacks(graphs);
  return { packs, graphs: graphs.map((graph) => rewrite(graph, packs)) };
}

/** The state leaf behind a value, looking through reshapes. */
function leafName(value: Value): string | undefined {
  const { node } = value;
  if (node.kernel === 'Reshape') return leafName(node.inputs.x!);
  return node.kernel === '$input' && isStatePort(node.name!) ? node.name : undefined;
}

/** Names of the leaves that a node joins to one vector, or undefined if it does anything else. */
function joinedLeaves(value: Value): string[] | undefined {
  const { node } = value;
  if (node.kernel !== 'Concat' || value.shape.length !== 1) return undefined;
  const names = Object.values(node.inputs).map(leafName);
  return names.every((name) => name !== undefined) ? names : undefined;
}

function choosePacks(graphs: readonly Graph[]): Pack[] {
  const packs: Pack[] = [];
  const taken = new Set<string>();
  for (const graph of graphs) {
    for (const node of graph.nodes) {
      const names = joinedLeaves(node.outputs[0]!);
      // A leaf is stored in one place: the first join that needs it gets it.
      if (names === undefined || new Set(names).size < names.length || names.some((name) => taken.has(name)))
        continue;
      let offset = 0;
      const leaves = names.map((name) => {
        taken.add(name);
        const size = sizeOf(graph.inputs.get(name)!.shape);
        offset += size;
        return { name, offset: offset - size, size };
      });
      packs.push({ name: ports.pack(packs.length), size: offset, leaves });
    }
  }
  return packs;
}

/** Replays a graph with the packed vectors as inputs and outputs. Leaves that are read one by one stay inputs. */
function rewrite(graph: Graph, packs: readonly Pack[]): Graph {
  const builder = new GraphBuilder();
  const replayed = new Map<Value, Value>();
  const vectorOf = new Map<string, Value>();
  for (const pack of packs) {
    const key = pack.leaves.map((leaf) => leaf.name).join();
    vectorOf.set(key, builder.input(pack.name, { shape: [pack.size], dtype: 'float32' }));
  }
  for (const [name, value] of graph.inputs) replayed.set(value, builder.input(name, value));
  for (const node of graph.nodes) {
    if (node.kernel === '$input') continue;
    const vector = vectorOf.get(joinedLeaves(node.outputs[0]!)?.join() ?? '');
    const made =
      vector !== undefined
        ? [vector]
        : node.constant !== undefined
          ? [builder.constant(node.constant, node.outputs[0]!)]
          : builder.add(
              node.kernel,
              Object.fromEntries(
                Object.entries(node.inputs).map(([name, value]) => [name, replayed.get(value)!]),
              ),
              node.attributes,
            );
    node.outputs.forEach((value, i) => {
      replayed.set(value, made[i]!);
    });
  }
  const outputs = new Map([...graph.outputs].map(([name, value]) => [name, replayed.get(value)!]));
  for (const pack of packs) packOutputs(builder, pack, outputs);
  return { nodes: reachableNodes(outputs.values()), inputs: builder.inputs, outputs };
}

/** Replaces the new values of a pack's leaves by the new vector. */
function packOutputs(builder: GraphBuilder, pack: Pack, outputs: Map<string, Value>): void {
  if (!pack.leaves.some(({ name }) => outputs.has(name))) return;
  const parts = pack.leaves.map(({ name, size }) => {
    const leaf = outputs.get(name) ?? builder.inputs.get(name)!;
    outputs.delete(name);
    return builder.add('Reshape', { x: leaf }, { shape: [size] })[0]!;
  });
  const named = Object.fromEntries(parts.map((part, i) => [String(i), part]));
  outputs.set(pack.name, builder.add('Concat', named, { axis: 0 })[0]!);
}
