import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDataset, transitionSampler, transitions } from '@lamo/data';
import { deterministicPolicy, initMlp, type Mlp } from '@lamo/models';
import { type AdamState, adam, gradientStep, hostArray, initAdam } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { td3Bc } from '../algorithms/td3-bc';
import { feedForwardPolicy } from '../ingredients/feed-forward-policy';
import { meanSquaredError } from '../ingredients/losses';
import type { TransitionBatch } from '../ingredients/transition-batches';
import type { Loaded, StepContext } from './algorithm';
import { countAlgorithmParameters } from './count-parameters';
import { defineAlgorithm } from './define-algorithm';
import { parseConfig } from './parse-config';
import { train } from './train';

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
  result: feedForwardPolicy({
    select: ({ actor }: State<tf.Tensor>) => actor,
    act: (actor, observations) => deterministicPolicy(actor, observations),
  }),
};

describe('the definition of an algorithm', () => {
  it('needs seven properties, and trains with them', async () => {
    const least = defineAlgorithm(seven);
    expect(least).toMatchObject({ title: 'least', paper: '', presets: {} });
    const run = await train(least, dataset, { steps: 200, every: 100 });
    const losses: number[] = [];
    for await (const { metrics } of run) losses.push(metrics.loss!);
    expect(losses[1]).toBeLessThan(losses[0]! / 2);
    const state = (await run.state()) as never;
    expect(Object.keys(least.parameters(state, {}))).toEqual(['actor']);
    await run.dispose();
  });

  it('counts as parameters neither targets, nor optimisers, nor what is fitted, and what is frozen as such', async () => {
    const run = await train(td3Bc, dataset, { steps: 1, config: { hiddenSize: 4, batchSize: 4 } });
    expect(Object.keys(td3Bc.parameters((await run.state()) as never, {}))).toEqual(['actor', 'critics']);
    await run.dispose();
    const range = () => hostArray([2], [0, 1]);
    const frozen = { words: hostArray([3], [1, 2, 3]) };
    const more = defineAlgorithm({ ...seven, fit: { range }, load: async () => ({ frozen }) });
    expect(await countAlgorithmParameters(more, dataset)).toMatchObject({
      groups: { actor: 25, frozen: 3 },
      trainable: 25,
    });
  });

  it.each(['My Alg/../x', 'td3_bc', ''])('is refused under the name %o', (name) => {
    expect(() => defineAlgorithm({ ...seven, name })).toThrow(/Expected kebab-case: td3-bc/);
  });

  it.each<[string, object, RegExp]>([
    ['a cycle without steps', { step: { cycle: () => [] } }, /has no steps/],
    [
      'a step that returns nothing',
      { step: () => undefined },
      /Expected { state, metrics }.*received undefined/,
    ],
    [
      'a metric that is a number',
      { step: ({ state }: never) => ({ state, metrics: { loss: 1 } }) },
      /received 1\./,
    ],
    [
      'a part of the state that is both drawn and fitted',
      { fit: { actor: () => hostArray([1], [0]) } },
      /'actor'/,
    ],
  ])('is refused with %s', async (_, changes, message) => {
    const algorithm = defineAlgorithm({ ...seven, ...changes } as typeof seven);
    await expect(train(algorithm, dataset, { steps: 1 })).rejects.toThrow(message);
  });

  it.each<[string, (actions: tf.Tensor) => tf.Tensor]>([
    ['too many columns', (actions) => tf.concat([actions, actions], 1)],
    ['a list', (actions) => tf.squeeze(actions, [1])],
    ['a row for all observations', (actions) => tf.mean(actions, 0, true)],
  ])('makes no policy whose actions are %s', async (_, change) => {
    const result = feedForwardPolicy({
      select: ({ actor }: State<tf.Tensor>) => actor,
      act: (actor, observations) => change(deterministicPolicy(actor, observations)),
    });
    const run = await train(defineAlgorithm({ ...seven, result }), dataset, { steps: 1 });
    const folder = mkdtempSync(join(tmpdir(), 'lamo-no-policy-'));
    await expect(run.save(folder)).rejects.toMatchObject({ code: 'actions-shape' });
    const acting = await run.result();
    acting.reset(2);
    await expect(acting.act(new Float32Array(2), new Float32Array(2))).rejects.toMatchObject({
      code: 'actions-shape',
      expected: 'actions of shape [2, 1]',
    });
    await run.dispose();
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
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
    const loaded = () =>
      // @ts-expect-error nothing loads a factor
      defineAlgorithm({
        ...seven,
        step: ({
          state,
        }: StepContext<object, State<tf.Tensor>, Batch, Loaded & { readonly factor: number }>) => ({
          state,
          metrics: {},
        }),
      });
    const acting = () =>
      defineAlgorithm({
        ...seven,
        // @ts-expect-error the state has no network
        result: feedForwardPolicy({
          select: ({ network }: { readonly network: Mlp<tf.Tensor> }) => network,
          act: (network, observations) => deterministicPolicy(network, observations),
        }),
      });
    for (const wrong of [setting, value, preset, column, loaded, acting])
      expect(wrong).toBeTypeOf('function');
    expect(() => parseConfig(td3Bc, { alhpa: 5 })).toThrow("Did you mean 'alpha'?");
  });
});
