import { Rng } from '@lamo/core';
import { createDataset } from '@lamo/data';
import { expect, it } from 'vitest';
import { judgedTransitions, POLICY_ACTIONS } from './judged-transitions';

const observations = Array.from({ length: 12 }, (_, row) => [row, -row]);
const log = {
  observations,
  actions: observations.map(([x]) => [x! / 20, 0]),
  rewards: observations.map(() => 0),
  terminated: observations.map((_, row) => row % 4 === 3),
};
/** Does what it sees, so that its actions tell in what observation it was asked. */
const policy = { identity: 'mirror', act: async (rows: Float32Array) => rows };

it.each([
  ['next rows', log],
  [
    'next observations that were logged',
    { ...log, nextObservations: observations.map(([x]) => [x! + 0.5, 1]) },
  ],
])('the judged policy acts in the observation after each row: %s', async (_, columns) => {
  const settings = { batchSize: 64, rewardScale: 1 };
  const source = await judgedTransitions(createDataset(columns), settings, Rng.fromSeed(1), policy);
  const size = (name: keyof typeof source.shapes) => source.shapes[name].reduce((a, b) => a * b, 1);
  const names = Object.keys(source.shapes) as (keyof typeof source.shapes)[];
  const batch = Object.fromEntries(names.map((name) => [name, new Float32Array(size(name))]));
  source.next(batch as never);
  expect(batch[POLICY_ACTIONS]).toEqual(batch.nextObservations);
  expect(batch[POLICY_ACTIONS]).not.toEqual(batch.observations);
});
