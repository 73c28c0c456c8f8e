import { createDataset, transitionSampler, transitions } from '@lamo/data';
import { deterministicPolicy, initMlp, type Mlp } from '@lamo/models';
import { type AdamState, adam, gradientStep, initAdam } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { StepContext } from './algorithm';
import { td3Bc } from './algorithms/td3-bc';
import { defineAlgorithm } from './define-algorithm';
import { feedForwardPolicy } from './feed-forward-policy';
import { meanSquaredError } from './losses';
import { parseConfig } from './parse-config';
import { train } from './train';
import type { TransitionBatch } from './transition-batches';

const config = z.strictObject({
  batchSize: z.int().positive().default(16).describe('Transitions in a batch'),
  learningRate: z.number().positive().default(1e-2).describe('Learning rate'),
});

type State<Leaf> = { readonly actor: Mlp<Leaf>; readonly optimizer: AdamState<Leaf> };

type Batch = Pick<TransitionBatch, 'observations' | 'actions'>;

/** Somebody who does half of what was observed. */
const observations = Array.from({ length: 200 }, (_, row) => [Math.sin(row)]);
const dataset = createDataset({
  observations,
  actions: observations.map(([x]) => [x! / 2]),
  rewards: observations.map(() => 0),
  terminated: observations.map(() => true),
});

/** Nothing but what is needed. */
const seven = {
  name: 'least',
  config,
  metrics: { loss: 'Mean squared distance from the data’s actions' },
  batches: (dataset: Parameters<typeof transitions>[0], { batchSize }: z.infer<typeof config>, rng: never) =>
    transitionSampler(transitions(dataset), { batchSize, rng, fields: ['observations', 'actions'] }),
  init(
    { observationSize, actionSize }: { observationSize: number; actionSize: number },
    _: object,
    rng: never,
  ) {
    const actor = initMlp([observationSize, 8, actionSize], rng);
    return { actor, optimizer: initAdam(actor) };
  },
  step({ state, batch, config: settings }: StepContext<z.infer<typeof config>, State<tf.Tensor>, Batch>) {
    const { parameters, optimizer, loss } = gradientStep(
      adam(settings),
      state.actor,
      state.optimizer,
      (actor) => ({ loss: meanSquaredError(deterministicPolicy(actor, batch.observations), batch.actions) }),
    );
    return { state: { actor: parameters, optimizer }, metrics: { loss } };
  },
  policy: feedForwardPolicy({
    select: ({ actor }: State<tf.Tensor>) => actor,
    act: (actor, observations) => deterministicPolicy(actor, observations),
  }),
};

describe('the definition of an algorithm', () => {
  it('needs seven properties, and trains with them', async () => {
    const least = defineAlgorithm(seven);
    expect(Object.keys(seven)).toHaveLength(7);
    expect(least).toMatchObject({ title: 'least', paper: '', presets: {} });
    const run = await train(least, dataset, { steps: 200, every: 100 });
    const losses: number[] = [];
    for await (const { metrics } of run) losses.push(metrics.loss!);
    expect(losses[1]).toBeLessThan(losses[0]! / 2);
    const state = (await run.state()) as never;
    expect(Object.keys(least.parameters(state, {}))).toEqual(['actor']);
    await run.dispose();
  });

  it('counts as parameters neither targets, nor optimisers, nor what is fitted', () => {
    const state = {
      actor: {},
      critics: {},
      targets: {},
      actorOptimizer: {},
      criticOptimizer: {},
      scaler: {},
    };
    expect(Object.keys(td3Bc.parameters(state as never, {}))).toEqual(['actor', 'critics']);
  });

  it('knows its settings, presets and columns at compile time', () => {
    const steps = 1;
    // @ts-expect-error the setting is called alpha
    const setting = () => train(td3Bc, dataset, { steps, config: { alhpa: 5 } });
    // @ts-expect-error the setting is a number
    const value = () => train(td3Bc, dataset, { steps, config: { alpha: 'five' } });
    // @ts-expect-error there is only antmaze
    const preset = () => train(td3Bc, dataset, { steps, preset: 'antmazes' });
    const column = () =>
      // @ts-expect-error batches bring no rewards
      defineAlgorithm({
        ...seven,
        step: ({ state, batch }: StepContext<object, State<tf.Tensor>, Batch & { rewards: tf.Tensor }>) => ({
          state,
          metrics: { loss: batch.rewards },
        }),
      });
    expect([setting, value, preset, column]).toHaveLength(4);
    expect(() => parseConfig(td3Bc, { alhpa: 5 })).toThrow("Did you mean 'alpha'?");
  });
});
