import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import { type HostArray, openDevice, type Tree, writeSafetensors } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { compute } from '../../../../test/compute';
import { generateTokens } from './generate';
import { type Gpt2, initGpt2, nextTokenLogits } from './gpt2';
import { gpt2Config } from './gpt2-config';
import { loadGpt2, saveGpt2 } from './load-gpt2';
import { type Steering, steeredLogits } from './steering';
import { hiddenStates, initTokenValues, type TokenValues } from './token-values';

const folder = mkdtempSync(join(tmpdir(), 'lamo-steering-'));
afterAll(() => rmSync(folder, { recursive: true }));

const config = gpt2Config({
  ...{ vocabSize: 20, nPositions: 24, nEmbd: 8, nLayer: 2, nHead: 2, initializerRange: 0.5 },
});
const parameters = initGpt2(config, Rng.fromSeed(1));
const heads = initTokenValues(config, Rng.fromSeed(2));
const strength = { advantageWeight: 3, largestAdvantage: 0.2, rewardScale: 0.5 };
const steerings: Readonly<Record<string, Steering>> = {
  'on the model': { values: heads, ...strength },
  'on a network of their own': {
    values: { ...heads, network: initGpt2(config, Rng.fromSeed(3)) as Gpt2<HostArray> & Tree<HostArray> },
    ...strength,
  },
};

/** Logits after a whole text, which is read at once. */
async function logitsAfter(text: readonly number[], { values, ...numbers }: Steering): Promise<Float32Array> {
  const { logits } = await compute(
    { parameters, values } as unknown as Tree<HostArray>,
    { ids: { shape: [1, text.length], data: Float32Array.from(text) } },
    (state, { ids }) => {
      const { parameters, values } = state as unknown as {
        parameters: Gpt2<tf.Tensor>;
        values: TokenValues<tf.Tensor>;
      };
      const last = (network: Gpt2<tf.Tensor>) => {
        const hidden = hiddenStates(network, ids!, config); // [1, T, D]
        return tf.reshape(tf.slice(hidden, [0, text.length - 1, 0], [-1, 1, -1]), [1, config.nEmbd]);
      };
      const own = last(parameters);
      const seen = values.network === undefined ? own : last(values.network);
      return { logits: steeredLogits(nextTokenLogits(parameters, own), seen, values, numbers) };
    },
  );
  return logits!;
}

describe.each(Object.entries(steerings))('values %s', (_, steering) => {
  it('steer each token of a text that grows by one at a time as if all were read at once', async () => {
    const device = await openDevice('cpu', { threads: 1 });
    const text = [3, 7];
    for await (const token of generateTokens({ config, parameters, steering }, text, {
      ...{ tokens: 12, temperature: 0, device },
    })) {
      const logits = await logitsAfter(text, steering);
      expect(token).toBe(logits.indexOf(Math.max(...logits)));
      text.push(token);
    }
    expect(text.length).toBe(14);
  });

  it('come back from their file', async () => {
    saveGpt2(folder, { config, parameters, steering });
    expect((await loadGpt2(folder)).steering).toEqual(steering);
  });
});

it('advantages are of the lower critic, in units of rewards, and not larger than the largest', async () => {
  const constant = (outputs: readonly number[]) => ({
    '0': { weight: array([8, 16]), bias: array([16]) },
    '1': {
      weight: array([16, outputs.length]),
      bias: { shape: [outputs.length], data: Float32Array.from(outputs) },
    },
  });
  const array = (shape: number[]) => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b)) });
  const values = {
    critics: { first: constant([1, -2, 3]), second: constant([0, 5, 4]) },
    value: constant([-1]),
  };
  const { logits } = await compute(values as unknown as Tree<HostArray>, {}, (state) => ({
    logits: steeredLogits(tf.tensor2d([[0.5, 0, 1]]), tf.zeros([1, 8]), state as never, {
      ...{ advantageWeight: 10, largestAdvantage: 3, rewardScale: 0.5 },
    }),
  }));
  // Advantages (0, −2, 3 − −1) / 0.5: 2, −2 and 8, which counts as 3.
  expect([...logits!]).toEqual([20.5, -20, 31]);
});

it('values of another model are refused', async () => {
  saveGpt2(folder, { config, parameters, steering: steerings['on the model'] });
  const tensors = new Map([['critics.first.0.weight', { shape: [2], data: new Float32Array(2) }]]);
  const path = join(folder, 'values.safetensors');
  writeSafetensors(path, { tensors, metadata: { steering: JSON.stringify(strength) } });
  await expect(loadGpt2(folder)).rejects.toThrow(/critics\.first\.0\.weight' \[8, 16\].*received \[2\]/);
  writeSafetensors(path, { tensors, metadata: { steering: '{"advantageWeight": -1}' } });
  await expect(loadGpt2(folder)).rejects.toMatchObject({ code: 'wrong-weights' });
  writeSafetensors(path, { tensors, metadata: {} });
  expect((await loadGpt2(folder)).steering).toBeUndefined();
});
