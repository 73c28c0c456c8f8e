import { Rng } from '@lamo/core';
import { importOnnxRuntime, openDevice } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { Decoder } from './decoder';
import { exportGpt2 } from './export-gpt2';
import { generateTokens } from './generate';
import { initGpt2 } from './gpt2';
import { gpt2Config } from './gpt2-config';

const config = gpt2Config({
  vocabSize: 40,
  nPositions: 16,
  nEmbd: 24,
  nLayer: 2,
  nHead: 3,
  initializerRange: 0.3,
});
const model = { config, parameters: initGpt2(config, Rng.fromSeed(3)) };

/** Reads texts of equal length token by token, as a program without anything of ours would. */
async function openExported(capacity: number, texts: number) {
  const { InferenceSession, Tensor } = await importOnnxRuntime();
  const session = await InferenceSession.create(exportGpt2(model, { capacity }));
  const shape = [texts, 3, capacity, 8];
  const empty = () => new Tensor('float32', new Float32Array(texts * 3 * capacity * 8), shape);
  let past = Object.fromEntries(
    [0, 1].flatMap((block) => ['key', 'value'].map((what) => [`past_key_values.${block}.${what}`, empty()])),
  );
  let place = 0;
  return {
    session,
    async read(tokens: readonly number[]): Promise<Float32Array> {
      const column = (values: readonly number[]) =>
        new Tensor('float32', Float32Array.from(values), [texts, 1]);
      const at = column(tokens.map(() => place));
      place++;
      const { logits, ...present } = await session.run({
        input_ids: column(tokens),
        position_ids: at,
        ...past,
      });
      past = Object.fromEntries(
        Object.entries(present).map(([name, value]) => [
          name.replace('present', 'past_key_values'),
          value as never,
        ]),
      );
      return logits!.data as Float32Array;
    },
  };
}

const argMax = (x: Float32Array) => x.indexOf(Math.max(...x));

describe('an exported GPT-2', () => {
  it('scores the next token of texts as our own decoder does, several at once', async () => {
    const rng = Rng.fromSeed(1);
    const texts = [0, 1, 2].map(() => Array.from({ length: 9 }, () => rng.integer(40)));
    const exported = await openExported(12, 3);
    const decoder = new Decoder({ device: await openDevice('cpu'), model, rows: 3, tokens: 9 });
    for (let length = 1; length <= 9; length++) {
      const ours = await decoder.score(texts.map((text) => text.slice(0, length)));
      const theirs = await exported.read(texts.map((text) => text[length - 1]!));
      // Attention over 12 places and over 16 adds up in another order.
      expect(theirs).toBeAllClose([...ours], { relative: 1e-5, absolute: 1e-5 });
    }
    await decoder.dispose();
    await exported.session.release();
  });

  it('continues a prompt as generateTokens does', async () => {
    const prompt = [7, 1, 30];
    const expected: number[] = [];
    for await (const token of generateTokens(model, prompt, { tokens: 10, temperature: 0 }))
      expected.push(token);
    const exported = await openExported(16, 1);
    let logits = new Float32Array();
    for (const token of prompt) logits = new Float32Array(await exported.read([token]));
    const written: number[] = [];
    while (written.length < 10) {
      written.push(argMax(logits));
      logits = new Float32Array(await exported.read([written.at(-1)!]));
    }
    expect(written).toEqual(expected);
    expect(expected).toHaveLength(10);
    expect(new Set(written).size).toBeGreaterThan(1);
    await exported.session.release();
  });

  it('refuses more tokens than there are positions', () => {
    expect(() => exportGpt2(model, { capacity: 17 })).toThrow(/cannot keep 17 tokens.*1 to 16 tokens/);
    expect(() => exportGpt2(model, { capacity: 0 })).toThrow(/1 to 16/);
  });

  it('refuses a reward model, whose head would be lost', () => {
    expect(() => exportGpt2({ ...model, rewardHead: {} as never })).toThrow(
      /the head that judges.*as safetensors/,
    );
  });

  it('refuses a model that values steer, which would write something else', () => {
    const steering = { advantageWeight: 1, largestAdvantage: null, rewardScale: 1, values: {} as never };
    expect(() => exportGpt2({ ...model, steering })).toThrow(/values that steer.*as safetensors/);
    expect(exportGpt2({ ...model, steering: { ...steering, advantageWeight: 0 } })).toEqual(
      exportGpt2(model),
    );
  });
});
