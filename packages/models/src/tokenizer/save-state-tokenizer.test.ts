import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import { markovChain, tokenCorpus } from '@lamo/data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateText } from '../gpt2/generate';
import { initGpt2 } from '../gpt2/gpt2';
import { gpt2Config } from '../gpt2/gpt2-config';
import { loadTokenizer } from './load-tokenizer';
import { saveStateTokenizer } from './save-state-tokenizer';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamo-states-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const text = markovChain({ states: 12, tokens: 3000 });

async function stateTokenizer() {
  saveStateTokenizer(join(folder, 'tokenizer'), text);
  return loadTokenizer(join(folder, 'tokenizer'));
}

describe('saveStateTokenizer', () => {
  it('gives each state the token of its number, and says which text it is for', async () => {
    const tokenizer = await stateTokenizer();
    expect(tokenizer).toMatchObject({ vocabularySize: 12, drawnText: 'markov-chain:states=12,tokens=3000' });
    expect(tokenizer.endOfText).toBeUndefined();
    expect(tokenizer.encode('0 11\n7 10')).toEqual([0, 11, 7, 10]);
    expect(tokenizer.decode([0, 11, 7])).toBe('0 11 7');
  });

  it('reads the whole text that it is for', async () => {
    const options = { blockLength: 100, cacheFolder: join(folder, 'tokens') };
    const corpus = await tokenCorpus(text, await stateTokenizer(), options);
    const first = new Float32Array(100);
    corpus.read(0, first);
    const { value: row } = await text.rows()[Symbol.asyncIterator]().next();
    expect(Array.from(first)).toEqual(row!.split(' ').slice(0, 100).map(Number));
    expect(corpus).toMatchObject({ blocks: 30, vocabularySize: 12, largestToken: 11 });
    corpus.close();
  });

  it.each(['Once', '3 12', '3,4'])('refuses %s: it has tokens for states only', async (words) => {
    const tokenizer = await stateTokenizer();
    expect(() => tokenizer.encode(words)).toThrow(
      expect.objectContaining({
        code: 'unknown-word',
        expected: 'the numbers of the states of markov-chain:states=12,tokens=3000',
        received: JSON.stringify(words),
      }),
    );
  });

  it('lets a model of states continue numbers, with spaces between them', async () => {
    const config = gpt2Config({ vocabSize: 12, nPositions: 16, nEmbd: 8, nLayer: 1, nHead: 1 });
    const model = { config, parameters: initGpt2(config, Rng.fromSeed(0)) };
    const tokenizer = await stateTokenizer();
    const pieces: string[] = [];
    const options = { prompt: '3 7', tokens: 5, onToken: (piece: string) => pieces.push(piece) };
    const completion = await generateText(model, tokenizer, options);
    expect(completion).toMatch(/^( \d+){5}$/);
    expect(pieces.join('')).toBe(completion);
    await expect(generateText(model, tokenizer, { ...options, prompt: '' })).rejects.toMatchObject({
      code: 'empty-prompt',
    });
  });
});
