import { describe, expect, it } from 'vitest';
import { hostArray, joinTrees, mapTree, sizeOf, treeEntries, treeFromEntries, unflattenTree } from './tree';

const tree = {
  actor: { weight: hostArray([2, 1], [1, 2]), bias: hostArray([1], [3]) },
  count: hostArray([], [4]),
};

describe('a tree', () => {
  it('lists its leaves with their paths in insertion order', () => {
    expect(treeEntries(tree).map(([path]) => path)).toEqual(['actor/weight', 'actor/bias', 'count']);
  });

  it('maps every leaf and keeps its structure', () => {
    expect(mapTree(tree, ({ shape }, path) => `${path} ${sizeOf(shape)}`)).toEqual({
      actor: { weight: 'actor/weight 2', bias: 'actor/bias 1' },
      count: 'count 1',
    });
  });

  it('is rebuilt from its leaves, and refuses another number of them', () => {
    const leaves = treeEntries(tree).map(([, leaf]) => leaf);
    expect(unflattenTree(tree, leaves)).toEqual(tree);
    expect(() => unflattenTree(tree, leaves.slice(1))).toThrow(/Expected 3 leaves, received 2/);
  });

  it('has leaves whose values fill their shapes', () => {
    expect(() => hostArray([2, 3], [1, 2])).toThrow(/Expected 6 values for \[2, 3\], received 2/);
  });

  it('is rebuilt from leaves and paths', () => {
    expect(treeFromEntries(treeEntries(tree))).toEqual(tree);
    expect(joinTrees({ actor: { weight: tree.actor.weight } }, { count: tree.count })).toEqual({
      actor: { weight: tree.actor.weight },
      count: tree.count,
    });
  });

  const inherited = Object.getOwnPropertyNames(Object.prototype);
  it.each(['shape', 'prototype', '', ...inherited])(
    "has no part named '%s', and no object changes",
    (name) => {
      const leaf = hostArray([], [1]);
      const before = inherited.map((key) => Object.getOwnPropertyDescriptor(Object.prototype, key));
      for (const path of [name, `${name}/x`, `a/${name}`, `${name}/${name}/x`, `constructor/${name}/x`]) {
        expect(() => treeFromEntries([[path, leaf]])).toThrow(
          expect.objectContaining({ code: 'invalid-path' }),
        );
      }
      expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(inherited);
      expect(inherited.map((key) => Object.getOwnPropertyDescriptor(Object.prototype, key))).toEqual(before);
      expect(({} as Record<string, unknown>).x).toBeUndefined();
    },
  );

  it.each([
    ['twice', ['a/b', 'a/b']],
    ['through a leaf', ['a', 'a/b']],
    ['at a node', ['a/b', 'a']],
  ])('has no leaf %s', (_, paths) => {
    const leaf = hostArray([], [1]);
    expect(() => treeFromEntries(paths.map((path) => [path, leaf]))).toThrow(/A tree cannot have a leaf 'a/);
  });
});
