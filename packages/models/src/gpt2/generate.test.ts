import { type LamoError, Rng } from '@lamo/core';
import { type DeviceName, openDevice, readSafetensors } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { fixturePath } from '../../../../test/fixtures';
import { recompute, windowScorer } from '../../../../test/recompute-text';
import { withXla } from '../../../../test/with-xla';
import { nanoModelFolder } from '../pretrained/nano-model';
import { type GenerateOptions, generateText, generateTokens } from './generate';
import { initGpt2 } from './gpt2';
import { gpt2Config } from './gpt2-config';
import { type LoadedGpt2, loadGpt2 } from './load-gpt2';
import { sampleToken } from './sample-token';

const folder = fixturePath('gpt2-tiny');

async function collect(
  model: LoadedGpt2,
  ids: readonly number[],
  options: GenerateOptions = {},
  deviceName: DeviceName = 'cpu',
) {
  const device = await openDevice(deviceName, { threads: 1 });
  const made: number[] = [];
  for await (const token of generateTokens(model, ids, { device, ...options })) made.push(token);
  return made;
}

describe.skipIf(folder === undefined)('generateTokens', () => {
  it.each(withXla('cpu'))(
    'continues as transformers does when it takes the most likely token each time, on %s',
    async (device) => {
      // The recording lies beside an adapter, but is of the model without it: the adapted model's recorded logits lead elsewhere.
      const { tensors } = readSafetensors(`${folder}/lora/expected.safetensors`);
      const expected = Array.from(tensors.get('greedy')!.data);
      const prompt = expected.slice(0, 6);
      const made = await collect(await loadGpt2(folder!), prompt, { tokens: 8, temperature: 0 }, device);
      expect([...prompt, ...made]).toEqual(expected);
    },
  );
});

describe('generateTokens, with the nano model', () => {
  const cases = {
    'the most likely tokens': { given: 60, tokens: 60, temperature: 0, topK: 4096 },
    'drawn tokens': { given: 1, tokens: 60, temperature: 1, topK: 4096 },
    'drawn tokens, beyond its last position': { given: 250, tokens: 12, temperature: 0.8, topK: 40 },
  };
  it.each(Object.entries(cases))('says what the whole window says: %s', async (_, { given, ...options }) => {
    const model = await loadGpt2(nanoModelFolder());
    const prompt = Array.from({ length: given }, (_, i) => (i * i * 31 + 7) % 4096);
    const scorer = await windowScorer(model, Math.min(given + options.tokens, 256));
    const draw = (logits: Float32Array, rng: Rng) => sampleToken(logits, { ...options, rng });
    const expected = await recompute(scorer, prompt, options.tokens, draw, Rng.fromSeed(9));
    await scorer.dispose();
    expect(await collect(model, prompt, { ...options, seed: 9 })).toEqual(expected);
  });
});

describe('generateTokens, with a model of its own', () => {
  const config = gpt2Config({
    vocabSize: 7,
    nPositions: 40,
    nEmbd: 16,
    nLayer: 2,
    nHead: 2,
    initializerRange: 0.5,
  });
  const model = { config, parameters: initGpt2(config, Rng.fromSeed(3)) };

  it('draws the same for the same seed, and something else for another', async () => {
    const first = await collect(model, [1, 2], { tokens: 20, seed: 5 });
    expect(first).toHaveLength(20);
    expect(await collect(model, [1, 2], { tokens: 20, seed: 5 })).toEqual(first);
    expect(await collect(model, [1, 2], { tokens: 20, seed: 6 })).not.toEqual(first);
  });

  it('takes the most likely token at temperature 0, with a choice of one, and nearly always when it is very cold', async () => {
    const likely = await collect(model, [1, 2], { tokens: 20, temperature: 0 });
    expect(await collect(model, [1, 2], { tokens: 20, topK: 1 })).toEqual(likely);
    expect(await collect(model, [1, 2], { tokens: 20, topP: 1e-9 })).toEqual(likely);
    expect(await collect(model, [1, 2], { tokens: 20, temperature: 1e-6 })).toEqual(likely);
  });

  it('continues past its last position, with the tokens that still fit', async () => {
    const prompt = Array.from({ length: 45 }, (_, i) => i % 7);
    const made = await collect(model, prompt, { tokens: 5, temperature: 0 });
    expect(made).toHaveLength(5);
    expect(await collect(model, prompt.slice(-40), { tokens: 1, temperature: 0 })).toEqual([made[0]]);
    const seen = [...prompt, ...made.slice(0, 4)].slice(-40);
    expect(await collect(model, seen, { tokens: 1, temperature: 0 })).toEqual([made[4]]);
  });

  it('says the same however wide the window that it was compiled for', async () => {
    const long = await collect(model, [1, 2], { tokens: 35, temperature: 0 });
    // The 34th token comes from the second window; asked for alone, from a window of its own.
    expect(await collect(model, [1, 2, ...long.slice(0, 33)], { tokens: 2, temperature: 0 })).toEqual(
      long.slice(33),
    );
  });

  it('stops where the model ends the text', async () => {
    const all = await collect(model, [1, 2], { tokens: 30, seed: 5 });
    const endOfText = all[10]!;
    expect(await collect(model, [1, 2], { tokens: 30, seed: 5, endOfText })).toEqual(
      all.slice(0, all.indexOf(endOfText)),
    );
  });

  it('refuses prompts and settings that it can do nothing with', async () => {
    const failure = (ids: number[], options: GenerateOptions = {}) =>
      collect(model, ids, options).then(
        () => undefined,
        (error: LamoError) => error,
      );
    expect(await failure([])).toMatchObject({ code: 'empty-prompt' });
    expect((await failure([7]))?.message).toMatch(/ids from 0 to 6, received 7/);
    for (const options of [
      { tokens: 0 },
      { temperature: -1 },
      { topK: 0.5 },
      { topP: 0 },
      { temperature: Number.NaN },
    ]) {
      expect(await failure([1], options)).toMatchObject({ code: 'out-of-range' });
    }
  });
});

describe('generateText', () => {
  const config = gpt2Config({ vocabSize: 257, nPositions: 16, nEmbd: 8, nLayer: 1, nHead: 1 });
  const model = { config, parameters: initGpt2(config, Rng.fromSeed(3)) };
  /** One token per byte, and one that ends the text. */
  const bytes = {
    vocabularySize: 257,
    fingerprint: 'bytes',
    endOfText: 256,
    encode: (text: string) => [...Buffer.from(text)],
    decode: (ids: ArrayLike<number>) => Buffer.from(Array.from(ids)).toString(),
  };

  it('hands over the text in pieces that are whole characters, and returns all of it', async () => {
    const pieces: string[] = [];
    const device = await openDevice('cpu', { threads: 1 });
    const options = {
      prompt: '',
      tokens: 60,
      seed: 1,
      device,
      onToken: (piece: string) => pieces.push(piece),
    };
    const text = await generateText(model, bytes, options);
    expect(text.length).toBeGreaterThan(20);
    expect(pieces.join('')).toBe(text);
    expect(pieces.length).toBeGreaterThan(10);
  });
});

describe('sampleToken', () => {
  const logits = Float32Array.of(1, 3, -1, 3, 2);
  const counts = (options: { temperature: number; topK: number; topP?: number }) => {
    const rng = Rng.fromSeed(1);
    const tally = [0, 0, 0, 0, 0];
    for (let i = 0; i < 20_000; i++) tally[sampleToken(logits, { ...options, rng })]!++;
    return tally.map((count) => count / 20_000);
  };
  const expected = (temperature: number, ids: readonly number[]) => {
    const weights = Array.from(logits, (x, id) => (ids.includes(id) ? Math.exp(x / temperature) : 0));
    const sum = weights.reduce((a, b) => a + b);
    return weights.map((weight) => weight / sum);
  };

  it.each([
    [1, 5, [0, 1, 2, 3, 4]],
    [2, 5, [0, 1, 2, 3, 4]],
    [0.5, 3, [1, 3, 4]],
    [1, 2, [1, 3]],
  ])('draws as likely as softmax says at temperature %d among %d', (temperature, topK, ids) => {
    // Frequencies of 20,000 draws have a standard deviation of at most 0.0035.
    expect(counts({ temperature, topK })).toBeAllClose(expected(temperature, ids), { absolute: 0.015 });
  });

  it.each([
    // Probabilities of 1 to 4 are 0.40, 0.01, 0.40 and 0.15; id 0 has 0.05.
    [0.3, 5, [1]],
    [0.5, 5, [1, 3]],
    [0.9, 5, [1, 3, 4]],
    [0.97, 5, [0, 1, 3, 4]],
    [0.999, 5, [0, 1, 2, 3, 4]],
    // Of three tokens alone, the first two have 0.84.
    [0.83, 3, [1, 3]],
    [0.85, 3, [1, 3, 4]],
  ])('draws among the fewest tokens with a probability of %d, of %d', (topP, topK, ids) => {
    const drawn = counts({ temperature: 1, topK, topP });
    expect(drawn).toBeAllClose(expected(1, ids), { absolute: 0.015 }); // as above
    expect(drawn.flatMap((count, id) => (count > 0 ? [id] : []))).toEqual(ids);
  });

  it('chooses among the ids that sorting all would leave, equal ones and large vocabularies as well', () => {
    const rng = Rng.fromSeed(7);
    for (const [size, levels, temperature] of [
      [3000, 1e6, 1],
      [3000, 5, 1],
      [700, 40, 30],
    ] as const) {
      const logits = Float32Array.from(
        { length: size },
        () => Math.round(rng.normal() * levels) / (levels / 4),
      );
      const ids = [...logits.keys()].sort((a, b) => logits[b]! - logits[a]! || a - b);
      for (const [topK, topP] of [
        [1, 1],
        [70, 1],
        [size, 0.5],
        [size, 0.99],
        [90, 0.8],
      ] as const) {
        const kept = ids.slice(0, topK);
        const weights = kept.map((id) => Math.exp((logits[id]! - logits[ids[0]!]!) / temperature));
        const sum = weights.reduce((a, b) => a + b);
        let [count, reached] = [0, 0];
        while (count < kept.length && reached < topP * sum * (1 - 1e-12)) reached += weights[count++]!;
        const seed = Math.floor(rng.uniform() * 1e6);
        // A draw among them by the definition.
        const sums = weights.slice(0, count).map((_, i) => weights.slice(0, i + 1).reduce((a, b) => a + b));
        const drawnSum = Rng.fromSeed(seed).uniform() * sums.at(-1)!;
        const expected = kept[sums.findIndex((each) => each > drawnSum)];
        const drawn = sampleToken(logits, { temperature, topK, topP, rng: Rng.fromSeed(seed) });
        expect([size, topK, topP, drawn]).toEqual([size, topK, topP, expected]);
      }
    }
  });

  it('refuses what is no number', () => {
    const options = { temperature: 0, topK: 2, rng: Rng.fromSeed(1) };
    expect(() => sampleToken(Float32Array.of(1, Number.NaN), options)).toThrow(
      expect.objectContaining({ code: 'not-a-number' }),
    );
  });

  it('keeps the first of equal ones where not all have room', () => {
    const draw = (seed: number) =>
      sampleToken(Float32Array.of(1, 3, 1, 1), { temperature: 1, topK: 2, rng: Rng.fromSeed(seed) });
    // Token 0 has a share of e / (e + e^3) = 12 %: of 200 drawn it is among them but for a chance of 1e-11.
    expect(new Set(Array.from({ length: 200 }, (_, seed) => draw(seed)))).toEqual(new Set([0, 1]));
  });

  it('takes the first of the largest at temperature 0', () => {
    expect(counts({ temperature: 0, topK: 5 })).toEqual([0, 1, 0, 0, 0]);
  });
});
