import { Rng } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { digits } from '../../../../test/plain-tokenizers';
import { allocateBatch } from '../allocate-batch';
import { completionSampler } from './completion-sampler';
import { completionsFromRows } from './open-completions';
import { tokenCompletions } from './token-completions';

describe('completionSampler', () => {
  const rows = Array.from({ length: 10 }, (_, i) => ({
    prompt: String(i),
    completion: '1'.repeat(1 + (i % 3)),
  }));
  const open = async (seed: number, batchSize = 3) =>
    completionSampler(await tokenCompletions(completionsFromRows(rows), digits, { context: 8 }), {
      batchSize,
      rng: Rng.fromSeed(seed),
    });
  const draw = (source: Awaited<ReturnType<typeof open>>, batches: number) => {
    const batch = allocateBatch(source);
    return Array.from({ length: batches }, () => {
      source.next(batch);
      const { tokens, mask } = batch;
      return { tokens: [...tokens!], mask: [...mask!] };
    });
  };
  const firsts = (batches: ReturnType<typeof draw>) =>
    batches.flatMap(({ tokens }) => tokens.filter((_, i) => i % 5 === 0));

  it('draws every example once per epoch, in another order each time', async () => {
    const drawn = firsts(draw(await open(1, 5), 4));
    expect(drawn.slice(0, 10).toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(drawn.slice(10).toSorted()).toEqual(drawn.slice(0, 10).toSorted());
    expect(drawn.slice(10)).not.toEqual(drawn.slice(0, 10));
  });

  it('continues from a saved position as if it had never stopped, and refuses those of other files', async () => {
    for (const batches of [0, 2, 5]) {
      const source = await open(3);
      draw(source, batches);
      const saved = JSON.parse(JSON.stringify(source.state()));
      const rest = draw(source, 6);
      const again = await open(99);
      again.restore(saved);
      expect(draw(again, 6)).toEqual(rest);
    }
    const state = (await open(3)).state() as object;
    const { restore } = await open(3);
    for (const change of [{ examples: 9 }, { position: -1 }, { position: 11 }, { position: 0.5 }])
      expect(() => restore({ ...state, ...change })).toThrow(/does not belong to completions/);
    expect(() => restore(null)).toThrow(/does not belong/);
  });
});
