import { LamoError } from '@lamo/core';

/** A leaf, or a record of trees: how parameters, optimiser states and batches are named. */
export type Tree<Leaf> = Leaf | TreeRecord<Leaf>;

/** The inner node of a {@link Tree}. */
export interface TreeRecord<Leaf> {
  readonly [key: string]: Tree<Leaf>;
}

/** Numbers on the host: a shape and its row-major values. */
export interface HostArray {
  /** Sizes of its dimensions; none for a scalar. */
  readonly shape: readonly number[];
  /** Values in row-major order, as many as the product of the sizes. */
  readonly data: Float32Array;
}

/** Tells a leaf from an inner node: inner nodes are plain objects without a `shape`. */
function isLeaf<Leaf>(tree: Tree<Leaf>): tree is Leaf {
  return typeof tree !== 'object' || tree === null || 'shape' in tree;
}

/** Lists the leaves with their paths (`actor/0/weight`), in insertion order. */
export function treeEntries<Leaf>(tree: Tree<Leaf>, prefix = ''): [path: string, leaf: Leaf][] {
  if (isLeaf(tree)) return [[prefix, tree]];
  return Object.entries(tree).flatMap(([key, child]) =>
    treeEntries(child, prefix === '' ? key : `${prefix}/${key}`),
  );
}

/** Lists the leaves in insertion order. */
export function treeLeaves<Leaf>(tree: Tree<Leaf>): Leaf[] {
  return treeEntries(tree).map(([, leaf]) => leaf);
}

/** Builds a tree of the same structure from each leaf and its path. */
export function mapTree<A, B>(tree: Tree<A>, fn: (leaf: A, path: string) => B, prefix = ''): Tree<B> {
  if (isLeaf(tree)) return fn(tree, prefix);
  return Object.fromEntries(
    Object.entries(tree).map(([key, child]) => [
      key,
      mapTree(child, fn, prefix === '' ? key : `${prefix}/${key}`),
    ]),
  );
}

/**
 * Builds a tree from leaves and their paths. Paths may come from a file, so impossible ones are refused, and the result
 * has no prototype.
 *
 * @throws LamoError `invalid-path` if a part of a path is empty, `shape`, or means something to JavaScript (`__proto__`,
 * `constructor`), or if a path occurs twice or leads through a leaf
 */
export function treeFromEntries<Leaf>(
  entries: Iterable<readonly [path: string, leaf: Leaf]>,
): TreeRecord<Leaf> {
  const root = emptyNode();
  const inner = new Set<unknown>([root]);
  for (const [path, leaf] of entries) {
    const keys = path.split('/');
    const reserved = keys.find(isReserved);
    if (reserved !== undefined) throw invalidPath(path, `no part of it is '${reserved}'`);
    const last = keys.pop()!;
    let node = root;
    for (const key of keys) {
      const next = (node[key] ?? emptyNode()) as Record<string, unknown>;
      if (!(key in node)) inner.add(next);
      if (!inner.has(next)) throw invalidPath(path, `'${key}' is not a leaf`);
      node[key] = next;
      node = next;
    }
    if (last in node) throw invalidPath(path, 'no other leaf or node has it');
    node[last] = leaf;
  }
  return root as TreeRecord<Leaf>;
}

const emptyNode = (): Record<string, unknown> => Object.create(null);

/** `shape` distinguishes a leaf from a node; the others are inherited by plain objects, or lead to what is. */
function isReserved(key: string): boolean {
  return key === '' || key === 'shape' || key === 'prototype' || key in Object.prototype;
}

function invalidPath(path: string, expected: string): LamoError {
  return new LamoError({
    where: 'runtime/tree',
    code: 'invalid-path',
    problem: `A tree cannot have a leaf '${path}'`,
    expected: `a path of which ${expected}`,
    received: `'${path}'`,
    hint: 'If it is the name of a tensor in a file, the file is damaged or malicious: do not use it.',
  });
}

/** Merges trees that have no leaf in common. */
export function joinTrees<Leaf>(...trees: readonly Tree<Leaf>[]): TreeRecord<Leaf> {
  return treeFromEntries(trees.flatMap((tree) => treeEntries(tree)));
}

/** Builds a tree of the structure of `like` from leaves in its order. */
export function unflattenTree<A, B>(like: Tree<A>, leaves: readonly B[]): Tree<B> {
  let next = 0;
  const tree = mapTree(like, () => leaves[next++] as B);
  if (next !== leaves.length) {
    throw new LamoError({
      where: 'runtime/tree',
      code: 'leaf-count',
      problem: 'The number of leaves differs from the tree',
      expected: `${next} leaves`,
      received: `${leaves.length}`,
    });
  }
  return tree;
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dimension) => size * dimension, 1);
}

/** Creates a host array, checking that the values fill the shape. @throws LamoError `shape-mismatch` */
export function hostArray(shape: readonly number[], data: Float32Array | readonly number[]): HostArray {
  const values = data instanceof Float32Array ? data : Float32Array.from(data);
  if (values.length !== sizeOf(shape)) {
    throw new LamoError({
      where: 'runtime/tree',
      code: 'shape-mismatch',
      problem: 'The values do not fill the shape',
      expected: `${sizeOf(shape)} values for [${shape.join(', ')}]`,
      received: `${values.length}`,
    });
  }
  return { shape: [...shape], data: values };
}
