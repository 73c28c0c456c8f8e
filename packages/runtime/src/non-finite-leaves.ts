import { type HostArray, type Tree, treeEntries } from './tree';

/** A leaf with a number that is infinite or not a number. */
export interface NonFiniteLeaf {
  /** Names of the nodes that lead to the leaf: `actor/0/weight`. */
  readonly path: string;
  /** Position of the first such number among the leaf's values. */
  readonly position: number;
  /** That number: an infinity or NaN. */
  readonly value: number;
}

/** Lists the leaves that hold infinities or NaN, in the order of the tree. */
export function nonFiniteLeaves(tree: Tree<HostArray>): NonFiniteLeaf[] {
  return treeEntries(tree).flatMap(([path, { data }]) => {
    const position = firstNonFinite(data);
    return position === -1 ? [] : [{ path, position, value: data[position]! }];
  });
}

/** Position of the first infinite number or NaN, or -1: a plain loop, because models have billions of numbers. */
export function firstNonFinite(data: Float32Array): number {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i]!)) return i;
  return -1;
}
