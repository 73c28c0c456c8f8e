import { Rng } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { ascii } from '../../../../test/plain-tokenizers';
import { allocateBatch } from '../allocate-batch';
import { completionsFromRows } from './open-completions';
import { packingSampler } from './packing-sampler';
import { tokenCompletions } from './token-completions';

/** 40 examples of 4 to 7 tokens, and one that fills a row of 20. */
const rows = [
  ...Array.from({ length: 40 }, (_, i) => ({
    prompt: String.fromCharCode(65 + i),
    completion: 'x'.repeat(2 + (i % 4)),
  })),
  { prompt: 'm', completion: 'x'.repeat(18) },
];

const open = async (seed: number, batchSize = 3) => {
  const completions = await tokenCompletions(completionsFromRows(rows), ascii, { context: 30 });
  expect(completions.length).toBe(20);
  return packingSampler(completions, { batchSize, rng: Rng.fromSeed(seed) });
};

type Source = Awaited<ReturnType<typeof open>>;

/** Rows of some batches: their arrays, by name. */
function draw(source: Source, batches: number) {
  return Array.from({ length: batches }, () => {
    const batch = allocateBatch(source);
    source.next(batch);
    return Array.from({ length: batch.tokens!.length / 20 }, (_, row) => {
      const own = (name: 'tokens' | 'mask' | 'segments' | 'positions') => [
        ...batch[name]!.subarray(20 * row, 20 * row + 20),
      ];
      return {
        tokens: own('tokens'),
        mask: own('mask'),
        segments: own('segments'),
        positions: own('positions'),
      };
    });
  }).flat();
}

/** The prompts of the examples that a row has. */
const promptsOf = ({ tokens, segments, positions }: ReturnType<typeof draw>[number]) =>
  tokens.filter((_, i) => segments[i]! > 0 && positions[i] === 0);

describe('packingSampler', () => {
  it('fills rows with whole examples, each with its own number and its own positions', async () => {
    const all = draw(await open(1), 10);
    for (const row of all) {
      const prompts = promptsOf(row);
      expect(Math.max(...row.segments)).toBe(prompts.length);
      for (const [i, prompt] of prompts.entries()) {
        const of = (values: readonly number[]) => values.filter((_, place) => row.segments[place] === i + 1);
        const { completion } = rows.find((one) => one.prompt.charCodeAt(0) === prompt)!;
        expect(of(row.tokens)).toEqual([prompt, ...ascii.encode(completion), 0]);
        expect(of(row.mask)).toEqual([0, ...Array(completion.length + 1).fill(1)]);
        expect(of(row.positions)).toEqual([...Array(completion.length + 2).keys()]);
      }
    }
    const used = all.flatMap(({ segments }) => segments.filter((segment) => segment > 0)).length;
    // A row of its own for each example would use a third.
    expect(used / (20 * all.length)).toBeGreaterThan(0.85);
  });

  it('draws every example once per epoch, in another order each time', async () => {
    const drawn = draw(await open(2, 1), 60).flatMap(promptsOf);
    const prompts = rows.map(({ prompt }) => prompt.charCodeAt(0)).toSorted((a, b) => a - b);
    const [first, second] = [drawn.slice(0, 41), drawn.slice(41, 82)];
    expect(first.toSorted((a, b) => a - b)).toEqual(prompts);
    expect(second.toSorted((a, b) => a - b)).toEqual(prompts);
    expect(second).not.toEqual(first);
  });

  it('continues from a saved position as if it had never stopped, and refuses those of other files', async () => {
    for (const batches of [0, 1, 4]) {
      const source = await open(3);
      draw(source, batches);
      const saved = JSON.parse(JSON.stringify(source.state()));
      const rest = draw(source, 5);
      const again = await open(99);
      again.restore(saved);
      expect(draw(again, 5)).toEqual(rest);
    }
    const source = await open(3);
    const state = source.state() as object;
    for (const change of [{ examples: 9 }, { position: -1 }, { waiting: [41] }, { waiting: undefined }])
      expect(() => source.restore({ ...state, ...change })).toThrow(/does not belong to completions/);
  });
});
