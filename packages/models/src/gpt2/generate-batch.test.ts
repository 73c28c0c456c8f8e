import { Rng } from '@lamo/core';
import { type DeviceName, openDevice } from '@lamo/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recompute, type WindowScorer, windowScorer } from '../../../../test/recompute-text';
import { withXla } from '../../../../test/with-xla';
import type { GenerateBatchOptions } from './batch-generator';
import { generateBatch } from './generate-batch';
import { generateTexts } from './generate-texts';
import { initGpt2 } from './gpt2';
import { gpt2Config } from './gpt2-config';
import { sampleToken } from './sample-token';

const VOCABULARY = 11;
const config = gpt2Config({
  ...{ vocabSize: VOCABULARY, nPositions: 40, nEmbd: 16, nLayer: 2, nHead: 2, initializerRange: 0.5 },
  activationFunction: 'relu',
});
const model = { config, parameters: initGpt2(config, Rng.fromSeed(3)) };
const short = [[1, 2], [3], [4, 5, 6, 7, 8, 9, 10, 0, 1], [1, 2]];

async function generate(
  prompts: readonly number[][],
  options: GenerateBatchOptions = {},
  name: DeviceName = 'cpu',
) {
  return generateBatch(model, prompts, { device: await openDevice(name, { threads: 1 }), ...options });
}
const tokensOf = async (...args: Parameters<typeof generate>) =>
  (await generate(...args)).map((own) => own.map(({ tokens }) => tokens));

describe('generateBatch', () => {
  let scorer: WindowScorer;
  beforeAll(async () => {
    scorer = await windowScorer(model);
  });
  afterAll(() => scorer.dispose());

  /** What the definition says: one text at a time, the whole window for each token. */
  const expected = async (prompts: readonly number[][], tokens: number, samples: number, seed: number) => {
    const draw = (logits: Float32Array, rng: Rng) => sampleToken(logits, { temperature: 1, topK: 8, rng });
    const made: number[][][] = [];
    for (const [i, prompt] of prompts.entries()) {
      const own: number[][] = [];
      for (let sample = 0; sample < samples; sample++) {
        const rng = Rng.fromSeed(seed).split(`prompt ${i}`).split(`sample ${sample}`);
        own.push(await recompute(scorer, prompt, tokens, draw, rng));
      }
      made.push(own);
    }
    return made;
  };

  it.each(withXla('cpu'))(
    'draws what each text alone would, past the last position too, on %s',
    async (name) => {
      const prompts = [...short, Array.from({ length: 45 }, (_, i) => i % VOCABULARY)];
      const options = { tokens: 36, samples: 2, topK: 8, seed: 4 };
      expect(await tokensOf(prompts, { ...options, batchSize: 4 }, name)).toEqual(
        await expected(prompts, options.tokens, options.samples, options.seed),
      );
    },
  );

  it('draws the same however many texts there are at once, and whatever comes after them', async () => {
    const options = { tokens: 12, samples: 3, seed: 4 };
    const all = await tokensOf(short, options);
    for (const batchSize of [1, 5]) expect(await tokensOf(short, { ...options, batchSize })).toEqual(all);
    const less = await tokensOf(short.slice(0, 2), { ...options, samples: 2 });
    expect(less).toEqual(all.slice(0, 2).map((own) => own.slice(0, 2)));
  });

  it('draws something else for each sample, for an equal prompt, and for another seed', async () => {
    const [first, , , again] = await tokensOf(short, { tokens: 20, samples: 2, seed: 4 });
    const [other] = await tokensOf(short, { tokens: 20, samples: 2, seed: 5 });
    const texts = [...first!, ...again!, ...other!].map((tokens) => tokens.join());
    expect(new Set(texts).size).toBe(6);
  });

  it('ends a text at any of the tokens that end it, and lets the others go on', async () => {
    const options = { tokens: 30, samples: 4, seed: 1 };
    const endOfText = [2, 7];
    const whole = await tokensOf(short, options);
    const ended = await generate(short, { ...options, endOfText, batchSize: 7 });
    const cut = whole.map((own) =>
      own.map((tokens) => {
        const at = tokens.findIndex((token) => endOfText.includes(token));
        return at === -1 ? { tokens, end: undefined } : { tokens: tokens.slice(0, at), end: tokens[at] };
      }),
    );
    expect(ended).toEqual(cut);
    expect(new Set(cut.flat().map(({ tokens }) => tokens.length)).size).toBeGreaterThan(4);
  });

  it('measures each draw by all that was possible, the end included, whatever the draw was made from', async () => {
    const made = await generate(short, { tokens: 10, seed: 1, topK: 3, endOfText: [2], measure: true });
    for (const [i, own] of made.entries()) {
      const { tokens, end, draws } = own[0]!;
      const drawn = end === undefined ? tokens : [...tokens, end];
      expect(draws).toHaveLength(drawn.length);
      for (const [t, token] of drawn.entries()) {
        const logits = await scorer.score([...short[i]!, ...drawn.slice(0, t)]);
        const powers = Array.from(logits, (x) => Math.exp(x));
        const sum = powers.reduce((a, b) => a + b);
        const entropy = -powers.reduce((total, power) => total + (power / sum) * Math.log(power / sum), 0);
        const { logProbability, entropy: measured } = draws![t]!;
        // Logits of a few units, in single precision, summed in another order.
        expect([logProbability, measured]).toBeAllClose([Math.log(powers[token]! / sum), entropy], {
          absolute: 1e-4,
        });
      }
    }
  });

  it('says how far it is, and stops when it is told to', async () => {
    const seen: string[] = [];
    const abort = new AbortController();
    const onProgress = (done: number, of: number) => {
      seen.push(`${done}/${of}`);
      if (done === 2) abort.abort(new Error('enough'));
    };
    const options = { tokens: 2, batchSize: 2, onProgress, signal: abort.signal };
    await expect(generate(short, options)).rejects.toThrow('enough');
    expect(seen).toEqual(['0/4', '2/4']);
  });

  it('has nothing to do without prompts, and names the one that it can do nothing with', async () => {
    expect(await generate([])).toEqual([]);
    await expect(generate([[1], []])).rejects.toMatchObject({ code: 'empty-prompt' });
    await expect(generate([[1], [1, 11]])).rejects.toThrow(
      /Prompt 2 contains.*ids from 0 to 10, received 11/,
    );
    for (const options of [{ samples: 0 }, { batchSize: 1.5 }, { topP: 0 }, { topP: 1.1 }, { tokens: -1 }]) {
      await expect(generate([[1]], options)).rejects.toMatchObject({ code: 'out-of-range' });
    }
  });
});

describe('generateTexts', () => {
  it('continues prompts of different lengths, and an empty one after an end of text', async () => {
    const letters = {
      ...{ vocabularySize: VOCABULARY, fingerprint: 'letters', endOfText: 10 },
      encode: (text: string) => [...text].map((letter) => letter.charCodeAt(0) - 97),
      decode: (ids: ArrayLike<number>) => Array.from(ids, (id) => String.fromCharCode(97 + id)).join(''),
    };
    const device = await openDevice('cpu', { threads: 1 });
    const options = { tokens: 15, samples: 2, seed: 2, device };
    const texts = await generateTexts(model, letters, ['abc', ''], options);
    const ids = await generateBatch(model, [[0, 1, 2], [10]], { ...options, endOfText: [10] });
    expect(texts).toEqual(ids.map((own) => own.map(({ tokens }) => letters.decode(tokens))));
    expect(texts.flat().join('')).toMatch(/^[a-j]{10,}$/);
  });
});
