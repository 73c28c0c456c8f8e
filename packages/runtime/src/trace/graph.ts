import { sizeOf } from '../tree';

/** Element types of a traced graph. */
export type DType = 'float32' | 'int32' | 'bool';

/** One tensor of a graph: static shape and type, no numbers. */
export interface Value extends ValueSpec {
  /** The node that produces this value. */
  readonly node: Node;
  /** Which of the node's outputs it is. */
  readonly index: number;
}

/** Attributes of a kernel call, by tfjs's names. */
export type Attributes = Readonly<Record<string, unknown>>;

/** Numbers of a constant: all of them, or the one that all elements share. */
export type ConstantValues = Float32Array | Int32Array | Uint8Array;

/** One tfjs kernel call, or an input (`$input`) or constant (`$constant`) of the graph. */
export interface Node {
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, Value>>;
  readonly attributes: Attributes;
  readonly outputs: Value[];
  /** The numbers of a `$constant`; of length 1 if all elements are equal. */
  readonly constant?: ConstantValues;
  /** The name of an `$input`. */
  readonly name?: string;
}

/**
 * A traced function: the intermediate representation that lowerings read. Its nodes are tfjs kernels with
 * static shapes, in an order in which they can run.
 */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly inputs: ReadonlyMap<string, Value>;
  readonly outputs: ReadonlyMap<string, Value>;
}

/** Shape and type of a value that does not exist yet. */
export interface ValueSpec {
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Of an input: how its numbers are given, if not in its own type. */
  readonly stored?: 'uint8';
}

/** The number that all elements of a constant share, or undefined if `value` is anything else. */
export function splatOf(value: Value): number | undefined {
  const { constant } = value.node;
  if (constant === undefined || constant.length !== 1 || sizeOf(value.shape) === 0) return undefined;
  return constant[0];
}

/** Lists the nodes that `outputs` need, in running order. */
export function reachableNodes(outputs: Iterable<Value>): Node[] {
  const ordered: Node[] = [];
  const seen = new Set<Node>();
  // Depth first with an explicit stack: a deep network must not overflow the call stack.
  const stack: { node: Node; expanded: boolean }[] = [...outputs]
    .reverse()
    .map((value) => ({ node: value.node, expanded: false }));
  while (stack.length > 0) {
    const top = stack.pop()!;
    if (top.expanded) {
      ordered.push(top.node);
      continue;
    }
    if (seen.has(top.node)) continue;
    seen.add(top.node);
    stack.push({ node: top.node, expanded: true });
    for (const input of Object.values(top.node.inputs).reverse()) {
      if (!seen.has(input.node)) stack.push({ node: input.node, expanded: false });
    }
  }
  return ordered;
}
