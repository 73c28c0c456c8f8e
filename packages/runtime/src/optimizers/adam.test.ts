import type * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openDevice } from '../devices/open-device';
import { type HostArray, hostArray, treeLeaves } from '../tree';
import { type AdamOptions, type AdamState, adam, initAdam } from './adam';
import { cosineRate, warmupRate } from './schedules';

type Parameters<Leaf> = { readonly a: Leaf; readonly b: Leaf };

const initial: Parameters<HostArray> = { a: hostArray([2], [0.5, -1]), b: hostArray([1, 2], [2, 0.25]) };
const gradientOf = (step: number, i: number) => Math.sin(step * 1.7 + i) * 10 ** (i - 2);

/** The textbook, in float64, for one parameter. */
function expected(
  options: AdamOptions,
  rate: (step: number) => number,
  start: number,
  i: number,
  steps: number,
) {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = options;
  let [x, m, v] = [start, 0, 0];
  for (let t = 1; t <= steps; t++) {
    const g = gradientOf(t, i);
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g * g;
    x -= rate(t) * weightDecay * x;
    x -= (rate(t) * (m / (1 - beta1 ** t))) / (Math.sqrt(v / (1 - beta2 ** t)) + epsilon);
  }
  return x;
}

async function optimise(options: AdamOptions, steps: number, device: 'cpu' | 'tfjs-cpu') {
  const optimizer = adam(options);
  const executable = await (await openDevice(device)).compile({
    state: { parameters: initial, optimizer: initAdam(initial) },
    inputs: { a: [2], b: [1, 2] },
    variants: {
      update: (tree, { a, b }) => {
        const state = tree as unknown as {
          parameters: Parameters<tf.Tensor>;
          optimizer: AdamState<tf.Tensor>;
        };
        const update = optimizer.update({ a: a!, b: b! }, state.optimizer, state.parameters);
        const norm = update.gradientNorm === undefined ? {} : { norm: update.gradientNorm };
        return { state: { parameters: update.parameters, optimizer: update.state }, outputs: norm };
      },
    },
  });
  for (let t = 1; t <= steps; t++) {
    executable.inputs.a!.set([gradientOf(t, 0), gradientOf(t, 1)]);
    executable.inputs.b!.set([gradientOf(t, 2), gradientOf(t, 3)]);
    await executable.run('update');
  }
  const { parameters } = (await executable.readState()) as unknown as { parameters: Parameters<HostArray> };
  const { norm } = executable.outputs.update as { norm?: Float32Array };
  await executable.dispose();
  return { values: treeLeaves<HostArray>(parameters).flatMap(({ data }) => [...data]), norm: norm?.[0] };
}

describe.each(['cpu', 'tfjs-cpu'] as const)('Adam on %s', (device) => {
  const start = [0.5, -1, 2, 0.25];

  it.each<[string, AdamOptions, (step: number) => number]>([
    ['with a constant rate', { learningRate: 0.01 }, () => 0.01],
    ['with decoupled weight decay', { learningRate: 0.01, weightDecay: 0.1 }, () => 0.01],
    ['with a large epsilon', { learningRate: 0.01, epsilon: 1e-2, beta1: 0.5, beta2: 0.9 }, () => 0.01],
    ['with warm-up', { learningRate: warmupRate(0.02, 4) }, (t) => 0.02 * Math.min(t / 4, 1)],
    [
      'with a cosine schedule',
      { learningRate: cosineRate(0.02, 8) },
      (t) => 0.01 * (1 + Math.cos((Math.PI * (t - 1)) / 8)),
    ],
  ])('follows the textbook %s', async (_, options, rate) => {
    const { values } = await optimise(options, 6, device);
    const wanted = start.map((x, i) => expected(options, rate, x, i, 6));
    // float32 has 6e-8 of relative precision; six steps of about ten roundings each.
    expect(values).toBeAllClose(wanted, { relative: 2e-6, absolute: 1e-7 });
  });

  it('scales a gradient whose norm is too large, and tells the norm', async () => {
    const { norm, values } = await optimise(
      { learningRate: 1, maxGradientNorm: 0.5, epsilon: 1e3 },
      1,
      device,
    );
    const gradient = [0, 1, 2, 3].map((i) => gradientOf(1, i));
    const length = Math.hypot(...gradient);
    expect(norm! / length).toBeCloseTo(1, 6);
    // The first step is rate · g / (|g| + epsilon): with an enormous epsilon it shows the clipped gradient g.
    const clipped = gradient.map((g) => (g * 0.5) / length);
    const wanted = start.map((x, i) => x - clipped[i]! / (Math.abs(clipped[i]!) + 1e3));
    expect(values).toBeAllClose(wanted, { relative: 1e-7 });
  });
});
