import { type HostArray, hostArray, openDevice, type Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type SequenceOptimizerSettings, sequenceOptimizer } from './sequence-optimizer';

const settings = {
  learningRate: 1e-4,
  warmupSteps: 2500,
  weightDecay: 0,
  maxGradientNorm: 0.25,
  epsilon: 1e-6,
};

/** Steps from 0, or another start, with the gradient (3, 4) of the transformer and (12) of the head, whose norm is 13. */
async function stepFromZero(given: Partial<SequenceOptimizerSettings>, steps: number, start = 0) {
  const optimizer = sequenceOptimizer({ ...settings, ...given });
  const parameters = { transformer: hostArray([2], [start, start]), predict: hostArray([1], [start]) };
  const device = await openDevice('cpu', { threads: 1 });
  const executable = await device.compile({
    state: { parameters, optimizer: optimizer.init(parameters) as unknown as Tree<HostArray> },
    inputs: { transformer: [2], predict: [1] },
    variants: {
      step: (state, gradients) => {
        const { parameters, optimizer: moments } = state as never as {
          parameters: Record<'transformer' | 'predict', tf.Tensor>;
          optimizer: never;
        };
        const { metrics, ...update } = optimizer.update(gradients, moments, parameters);
        return { state: update as Tree<tf.Tensor>, outputs: metrics };
      },
    },
  });
  executable.inputs.transformer!.set([3, 4]);
  executable.inputs.predict!.set([12]);
  for (let i = 0; i < steps; i++) await executable.run('step');
  const state = (await executable.readState()) as never as {
    parameters: Record<'transformer' | 'predict', { data: Float32Array }>;
    optimizer: Record<string, { first: { data: Float32Array } }>;
  };
  await executable.dispose();
  return { ...state, metrics: executable.outputs.step };
}

describe('the optimiser of sequence models', () => {
  it('warms up: the first step has a rate of 4e-8, step 2500 and all later ones 1e-4', async () => {
    // With a steady gradient g Adam moves by the rate times g / (g + epsilon).
    const { parameters } = await stepFromZero({}, 1);
    const cut = (3 * 0.25) / 13;
    expect(parameters.transformer.data[0]!).toBeCloseTo((-4e-8 * cut) / (cut + 1e-6), 13);
    const moved = async (steps: number) => (await stepFromZero({}, steps)).parameters.transformer.data[0]!;
    expect((await moved(2501)) - (await moved(2500))).toBeCloseTo(-1e-4, 7);
  });

  it('cuts the gradient to its largest norm, and reports it as it was', async () => {
    const { optimizer, metrics } = await stepFromZero({}, 1);
    const norm = Math.hypot(...optimizer.all!.first.data);
    expect(norm).toBeLessThanOrEqual(0.25);
    expect(norm).toBeCloseTo(0.25, 6);
    expect(metrics.gradientNorm![0]).toBeCloseTo(13, 5);
    expect(metrics.transformerGradientNorm![0]).toBeCloseTo(5, 5);
    expect(metrics.headGradientNorm![0]).toBeCloseTo(12, 5);
  });

  it('also lets weights shrink by their rate times the decay', async () => {
    const moved = async (weightDecay: number) => {
      const { parameters } = await stepFromZero({ learningRate: 0.1, warmupSteps: 0, weightDecay }, 1, 2);
      return [...parameters.transformer.data, ...parameters.predict.data];
    };
    const shrunk = (await moved(0)).map((value) => value - 0.1 * 0.5 * 2);
    expect(await moved(0.5)).toBeAllClose(shrunk, { absolute: 5e-7 }); // float32
  });

  it('gives the transformer a rate of its own where asked to', async () => {
    const { parameters } = await stepFromZero({ transformerLearningRate: 1e-5, warmupSteps: 0 }, 1);
    expect(parameters.transformer.data[0]!).toBeCloseTo(-1e-5, 8);
    expect(parameters.predict.data[0]!).toBeCloseTo(-1e-4, 8);
  });
});
