import { Rng } from '@lamo/core';
import { allocateBatch, createDataset } from '@lamo/data';
import { identityScaler, type ObservationScaler } from '@lamo/models';
import { type HostArray, initAdam, type Tree } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { fixturePath } from '../../../../test/fixtures';
import { withXla } from '../../../../test/with-xla';
import { FOUR, FOUR_CHOICES, fourChoices, fourDataset, takeChoice, takeStep } from '../../test/one-step';
import {
  expectDescent,
  forward,
  mean,
  type PlainArray,
  type PlainNetwork,
  plainCrossEntropy,
  row,
  squaredDistance,
  toPlain,
} from '../../test/plain';
import { readRecording } from '../../test/recording';
import { expectTrained, replay, statesAfter } from '../../test/replay';
import { datasetSpec } from '../kinds/dataset';
import { bc } from './bc';

const path = fixturePath('corl/bc.safetensors')?.replace('.safetensors', '');

describe.skipIf(path === undefined)('BC against steps recorded from CORL', () => {
  it.each(withXla('cpu', 'tfjs-cpu'))('reproduces losses and final weights on %s', async (device) => {
    const recording = readRecording(path!);
    const actor = recording.network('init', 'actor');
    const state = {
      actor,
      optimizer: initAdam(actor),
      scaler: identityScaler(recording.shapes.observations![1]!),
    };
    const given = { learningRate: recording.config.lr };
    const replayed = await replay(bc, recording, given, state, device);

    recording.metrics.forEach((expected, step) => {
      expect(replayed.metrics[step]!.actorLoss! / expected.actor_loss!).toBeCloseTo(1, 5);
    });
    const states = statesAfter(replayed);
    const trained = { parts: ['actor'], optimizer: 'optimizer', learningRate: given.learningRate!, states };
    expectTrained(trained, { actor: recording.network('final', 'actor') });
  });
});

interface State {
  readonly actor: PlainNetwork;
  readonly optimizer: { readonly first: PlainArray };
}

it('takes one step of BC as its definition in plain arithmetic does', async () => {
  const config = bc.config.parse({ hiddenSize: 5, batchSize: 4, learningRate: 0.01 });
  const state = (await bc.init(fourDataset, config, Rng.fromSeed(2), {})) as Tree<HostArray>;
  const step = await takeStep(bc, config, state);
  const [before, after] = [toPlain<State>(state), toPlain<State>(step.after)];
  const loss = () =>
    mean(
      FOUR.rewards.map((_, i) => {
        const action = forward(before.actor, row(FOUR.observations, i)).map(Math.tanh);
        return squaredDistance(action, row(FOUR.actions, i)) / 2; // the mean over two actions
      }),
    );
  expect(step.metric('actorLoss') / loss()).toBeCloseTo(1, 5); // float32 against double precision
  const { optimizer } = after;
  expectDescent({ before: before.actor, after: after.actor, optimizer, learningRate: 0.01 }, loss);
});

it('takes one step of BC on classes as its definition in plain arithmetic does', async () => {
  const config = bc.config.parse({ hiddenSize: 5, batchSize: 4, learningRate: 0.01 });
  const state = (await bc.init(datasetSpec(fourChoices), config, Rng.fromSeed(2), {})) as Tree<HostArray>;
  const step = await takeChoice(bc, config, state);
  const [before, after] = [toPlain<State>(state), toPlain<State>(step.after)];
  const loss = () =>
    mean(
      FOUR_CHOICES.chosen.map((chosen, i) =>
        plainCrossEntropy(forward(before.actor, row(FOUR_CHOICES.observations, i)), chosen),
      ),
    );
  expect(step.metric('actorLoss') / loss()).toBeCloseTo(1, 5); // float32 against double precision
  const { optimizer } = after;
  expectDescent({ before: before.actor, after: after.actor, optimizer, learningRate: 0.01 }, loss);
});

/**
 * Two episodes of 1500 rows that a time limit cut; the first 1000 rows of the second are the best. Observation = row, so that
 * a batch tells where it is from.
 */
const size = 3000;
const dataset = createDataset({
  observations: Array.from({ length: size }, (_, row) => row),
  actions: new Float32Array(size),
  actionSize: 1,
  rewards: Array.from({ length: size }, (_, row) => (row >= 1500 && row < 2500 ? 2 : 1)),
  terminated: new Uint8Array(size),
  truncated: Array.from({ length: size }, (_, row) => row % 1500 === 1499),
});

describe('what BC imitates', () => {
  /** Lowest and highest row of 5000 draws, and the mean of all rows that are imitated. */
  async function imitatedRows(given: object = {}) {
    const config = bc.config.parse({ batchSize: 5000, ...given });
    const source = await bc.batches(dataset, config, Rng.fromSeed(1), {});
    const batch = allocateBatch(source);
    source.next(batch);
    const { scaler } = { scaler: bc.fit.scaler!(dataset, config) as unknown as ObservationScaler<HostArray> };
    const rows = batch.observations;
    return { from: Math.min(...rows), to: Math.max(...rows), mean: scaler.mean.data[0]! };
  }

  it('is everything by default', async () => {
    const { from, to, mean } = await imitatedRows();
    expect([from < 20, to > 2980, mean]).toEqual([true, true, 1499.5]);
  });

  it('is the best of the trajectories, which also standardise what is observed', async () => {
    const { from, to, mean } = await imitatedRows({ fraction: 0.5 });
    expect([from >= 1500, from < 1520, to > 2480, mean]).toEqual([true, true, true, 2249.5]);
  });

  it("is the best of CORL's pieces of 1000 rows in its preset", async () => {
    // Of the 2998 rows without time-outs the second piece has rows 1000 to 2000, less the time-out 1499; the third is a rest of 998.
    const { from, to, mean } = await imitatedRows(bc.presets['corl-best-10%']);
    expect([from >= 1000, from < 1020, to <= 2000, to > 1980]).toEqual([true, true, true, true]);
    // The mean of 1000 … 2000 without 1499.
    expect(mean).toBeCloseTo((1001 * 1500 - 1499) / 1000, 3);
  });

  it('can be a share of steps, of which one episode takes half', async () => {
    const { from } = await imitatedRows({ fraction: 0.99, fractionOf: 'steps' });
    expect(from).toBeGreaterThanOrEqual(1500);
  });
});
