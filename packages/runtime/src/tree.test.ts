import { describe, expect, it } from 'vitest';
import { hostArray, mapTree, sizeOf, treeEntries, unflattenTree } from './tree';

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
    expect(() => unflattenTree(tree, leaves.slice(1))).toThrow(/Expected 3 leaves. Received 2/);
  });

  it('has leaves whose values fill their shapes', () => {
    expect(() => hostArray([2, 3], [1, 2])).toThrow(/Expected 6 values for \[2, 3\]. Received 2/);
  });
});
