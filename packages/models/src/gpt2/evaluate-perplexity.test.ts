import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import { type TokenCorpus, textFromRows, tokenCorpus } from '@lamo/data';
import { openDevice } from '@lamo/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compute } from '../../../../test/compute';
import { evaluatePerplexity } from './evaluate-perplexity';
import { initGpt2 } from './gpt2';
import { gpt2Config } from './gpt2-config';
import { languageLoss } from './language-model';

const folder = mkdtempSync(join(tmpdir(), 'lamo-perplexity-'));
afterAll(() => rmSync(folder, { recursive: true }));

const BLOCK = 6;
const config = gpt2Config({
  ...{ vocabSize: 128, nPositions: BLOCK, nEmbd: 8, nLayer: 1, nHead: 2, initializerRange: 0.5 },
});
const model = { config, parameters: initGpt2(config, Rng.fromSeed(1)) };
const ascii = {
  vocabularySize: 128,
  fingerprint: 'ascii',
  encode: (text: string) => [...Buffer.from(text)],
  decode: (ids: ArrayLike<number>) => Buffer.from(Array.from(ids)).toString(),
};
const open = (text: string, blockLength = BLOCK) =>
  tokenCorpus(textFromRows([text]), ascii, { cacheFolder: folder, blockLength });

let corpus: TokenCorpus;
beforeAll(async () => {
  corpus = await open('seven blocks of six letters each, to be counted');
});

const measure = async (text: TokenCorpus, batchSize: number) =>
  evaluatePerplexity(model, text, { batchSize, device: await openDevice('cpu', { threads: 1 }) });

describe('evaluatePerplexity', () => {
  it('is the mean loss of all blocks, however many are computed at once', async () => {
    const ids = { shape: [corpus.blocks, BLOCK], data: new Float32Array(corpus.blocks * BLOCK) };
    for (let block = 0; block < corpus.blocks; block++) corpus.read(block, ids.data, block * BLOCK);
    const { loss } = await compute(model.parameters, { ids }, (parameters, { ids }) => ({
      loss: languageLoss(parameters as never, ids!, config),
    }));
    expect(corpus.blocks).toBe(7);
    for (const batchSize of [1, 3, 7, 8]) {
      const measured = await measure(corpus, batchSize);
      // float32 means of up to 35 losses.
      expect(measured.loss / loss![0]!).toBeCloseTo(1, 6);
      expect(measured.perplexity).toBe(Math.exp(measured.loss));
      expect(measured.tokens).toBe(7 * (BLOCK - 1));
    }
  });

  it('refuses blocks that are too long, and tokens that the model does not know', async () => {
    await expect(measure(await open('eight letters', 8), 1)).rejects.toThrow(/2 to 6.*received 8/);
    const small = { ...model, config: { ...config, vocabSize: 100 } };
    await expect(evaluatePerplexity(small, corpus)).rejects.toThrow(/ids below 100.*received 120/);
  });
});
