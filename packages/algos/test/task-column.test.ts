import { Rng } from '@lamo/core';
import { createDataset, transitionSampler, transitions } from '@lamo/data';
import { deterministicPolicy, initMlp, type Mlp } from '@lamo/models';
import { type AdamState, adam, gradientStep, initAdam } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { z } from 'zod';
import {
  defineAlgorithm,
  feedForwardPolicy,
  meanSquaredError,
  type StepContext,
  type TransitionBatch,
  train,
} from '../src';

type State<Leaf> = { readonly actor: Mlp<Leaf>; readonly optimizer: AdamState<Leaf> };
type Batch = Pick<TransitionBatch, 'observations' | 'actions'> & { readonly 'infos/task': tf.Tensor };

const config = z.strictObject({ batchSize: z.int().default(64).describe('Rows in a batch') });

/** Imitates, told which task a row is of; acts for the task that its observation names last. */
const byTask = defineAlgorithm({
  name: 'by-task',
  config,
  metrics: { loss: 'Mean squared distance to the actions in the data' },
  batches: (dataset, { batchSize }, rng) =>
    transitionSampler(transitions(dataset), {
      batchSize,
      rng,
      fields: ['observations', 'actions', 'infos/task'],
    }),
  init(_, __, rng) {
    const actor = initMlp([3, 32, 1], rng);
    return { actor, optimizer: initAdam(actor) };
  },
  step({ state, batch }: StepContext<z.infer<typeof config>, State<tf.Tensor>, Batch>) {
    const inputs = tf.concat([batch.observations, batch['infos/task']], 1);
    const { parameters, optimizer, loss } = gradientStep(
      adam({ learningRate: 0.01 }),
      state.actor,
      state.optimizer,
      (actor) => ({ loss: meanSquaredError(deterministicPolicy(actor, inputs), batch.actions) }),
    );
    return { state: { actor: parameters, optimizer }, metrics: { loss } };
  },
  result: feedForwardPolicy({
    select: ({ actor }: State<tf.Tensor>) => actor,
    act: (actor, observations) =>
      deterministicPolicy(actor, tf.concat([observations, tf.tile([[1, 0]], [observations.shape[0], 1])], 1)),
  }),
});

const rng = Rng.fromSeed(2);
const rows = Array.from({ length: 500 }, (_, row) => ({ x: rng.uniform(-1, 1), task: row % 2 }));

/** The first task is to follow what is seen, the second to oppose it: nobody can do both without being told. */
const dataset = createDataset({
  observations: rows.map(({ x }) => [x]),
  actions: rows.map(({ x, task }) => [task === 0 ? x / 2 : -x / 2]),
  rewards: rows.map(() => 0),
  terminated: rows.map(() => true),
  infos: { task: { width: 2, data: Int32Array.from(rows.flatMap(({ task }) => [1 - task, task])) } },
});

it('gives an algorithm the task columns that it asks for', async () => {
  const run = await train(byTask, dataset, { steps: 400, every: 100 });
  let last = 1;
  for await (const { metrics } of run) last = metrics.loss!;
  // Without the task the best is 0 everywhere, x² / 4 away: 1/12 in the mean.
  expect(last).toBeLessThan(0.005);
  const policy = await run.result();
  policy.reset(2);
  const actions = await policy.act(Float32Array.of(0.8, -0.8), new Float32Array(2));
  expect(actions).toBeAllClose([0.4, -0.4], { absolute: 0.05 }); // the first task's
  await run.dispose();
});
