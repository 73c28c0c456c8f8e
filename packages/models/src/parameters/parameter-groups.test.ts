import { hostArray, treeEntries } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { countGroups, partitionParameters } from './parameter-groups';

const leaf = (size: number) => hostArray([size], new Float32Array(size));
const tree = { h: { 0: { attn: { bias: leaf(3), lora_A: leaf(2) }, ln: { bias: leaf(5) } } }, head: leaf(7) };

describe('partitionParameters', () => {
  it('puts every parameter in one group, and the rest in the group frozen', () => {
    const groups = partitionParameters(tree, { adapters: ['**.lora_*'], biases: ['h.*.attn.bias'] });
    expect(countGroups(groups)).toEqual({ adapters: 2, biases: 3, frozen: 12 });
    expect(treeEntries(groups.frozen!).map(([path]) => path)).toEqual(['h/0/ln/bias', 'head']);
  });

  it('refuses an empty group', () => {
    expect(() => partitionParameters(tree, { heads: ['predict_*'] })).toThrow(
      /'heads' has no parameters.*match predict_\*, received h\.0\.attn\.bias/,
    );
  });

  it('refuses a parameter in two groups', () => {
    expect(() => partitionParameters(tree, { all: ['**'], head: ['head'] })).toThrow(
      /'head' is in several groups.*received all, head/,
    );
  });

  it('lets a single star stand for one name only', () => {
    expect(() => partitionParameters(tree, { biases: ['h.*.bias'] })).toThrow(/has no parameter/);
  });
});
