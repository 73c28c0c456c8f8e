import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allocateBatch } from '../allocate-batch';
import { textFromRows } from './text-source';
import { tokenBlockSampler } from './token-block-sampler';
import type { TokenCorpus } from './token-blocks';
import { tokenCorpus } from './token-corpus';

const folder = mkdtempSync(join(tmpdir(), 'lamo-blocks-'));
let corpus: TokenCorpus;

/** Ten blocks of three tokens: block i is i, i, i. */
beforeAll(async () => {
  const digits = { vocabularySize: 10, fingerprint: 'digits', decode: () => '' };
  const tokenizer = { ...digits, encode: (text: string) => Array.from(text, Number) };
  const rows = Array.from({ length: 10 }, (_, i) => `${i}${i}${i}`);
  corpus = await tokenCorpus(textFromRows(rows), tokenizer, { cacheFolder: folder, blockLength: 3 });
});

afterAll(() => {
  corpus.close();
  rmSync(folder, { recursive: true });
});

/** The numbers of the next blocks. */
function draw(source: ReturnType<typeof tokenBlockSampler>, batches: number): number[] {
  const batch = allocateBatch(source);
  return Array.from({ length: batches }, () => {
    source.next(batch);
    const { tokens } = batch;
    const firsts = Array.from(tokens!).filter((_, i) => i % 3 === 0);
    expect(Array.from(tokens!)).toEqual(firsts.flatMap((id) => [id, id, id]));
    return firsts;
  }).flat();
}

const sampler = (seed: number, batchSize = 2) =>
  tokenBlockSampler(corpus, { batchSize, rng: Rng.fromSeed(seed) });

describe('tokenBlockSampler', () => {
  it('draws every block once per epoch, in another order each time', () => {
    const blocks = draw(sampler(1), 10);
    const [first, second] = [blocks.slice(0, 10), blocks.slice(10)];
    expect(first.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(second.toSorted()).toEqual(first.toSorted());
    expect(second).not.toEqual(first);
  });

  it('runs into the next epoch within a batch', () => {
    const blocks = draw(sampler(1, 4), 5);
    expect(blocks.slice(0, 10).toSorted()).toEqual(blocks.slice(10).toSorted());
    expect(draw(sampler(1, 25), 1).slice(0, 20)).toEqual(blocks);
  });

  it('repeats itself from a seed and continues from a saved state, in the first epoch and later', () => {
    for (const batches of [0, 2, 5, 8]) {
      const source = sampler(3);
      draw(source, batches);
      const resumed = sampler(99);
      resumed.restore(JSON.parse(JSON.stringify(source.state())));
      expect(draw(resumed, 12)).toEqual(draw(source, 12));
    }
    expect(draw(sampler(3), 12)).toEqual(draw(sampler(3), 12));
  });

  it('names its array as asked and refuses batches of nothing and states of other corpora', () => {
    const named = tokenBlockSampler(corpus, { batchSize: 2, rng: Rng.fromSeed(1), name: 'text' });
    expect(named.shapes).toEqual({ text: [2, 3] });
    expect(() => sampler(1, 0)).toThrow(expect.objectContaining({ code: 'out-of-range' }));
    const part = tokenBlockSampler(corpus.slice(0, 5), { batchSize: 2, rng: Rng.fromSeed(1) });
    expect(() => part.restore(sampler(1).state())).toThrow(expect.objectContaining({ code: 'other-corpus' }));
  });
});
