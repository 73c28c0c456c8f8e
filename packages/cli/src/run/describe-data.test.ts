import { createDataset } from '@lamo/data';
import { expect, it } from 'vitest';
import { describeData, wordData } from './describe-data';

/** Two finished episodes of 2 and 3 rows, returns 3 and 0, and a row after them. */
const dataset = createDataset({
  name: 'log',
  observations: new Float32Array(12),
  actions: Float32Array.of(-0.5, 0, 1, 2, 0, 0),
  rewards: Float32Array.of(1, 2, -3, 1, 2, 3),
  terminated: Uint8Array.of(0, 1, 0, 0, 0, 0),
  truncated: Uint8Array.of(0, 0, 0, 0, 1, 0),
  observationSize: 2,
  actionSize: 1,
  infos: { task: { width: 1, data: new Float32Array(6) }, goal: { width: 2, data: new Float32Array(12) } },
});

it('describes a dataset for programs', () => {
  expect(describeData(dataset)).toMatchObject({
    ...{ name: 'log', rows: 6, finishedEpisodes: 2, unfinishedRows: 1, terminated: 1, truncated: 1 },
    ...{ rewards: { min: -3, max: 3, mean: 1 }, actions: { min: -0.5, max: 2 } },
    ...{ returns: { min: 0, max: 3, mean: 1.5 }, lengths: { min: 2, max: 3, mean: 2.5 } },
    ...{
      hasNextObservations: false,
      infos: { task: 1, goal: 2 },
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
  });
});

it('says in words what is in it', () => {
  const lines = wordData(describeData(dataset))
    .split('\n')
    .map((line) => line.replace(/ {2,}/, ': '));
  expect(lines).toEqual([
    'dataset: log',
    expect.stringMatching(/^─+: ─+$/),
    'rows: 6',
    'episodes: 2 finished, and 1 row after the last',
    'observations: 2 numbers',
    'next observations: not logged: those of the next row',
    'actions: 1 number, −0.5 to 2',
    'rewards: −3 to 3, mean 1',
    'returns: 0 to 3, mean 1.5',
    'lengths: 2 to 3, mean 2.5',
    'terminated: 1 row',
    'truncated: 1 row',
    'infos: task, goal (2)',
    expect.stringMatching(/^SHA-256: [0-9a-f]{64}$/),
  ]);
});

it('has no returns without a finished episode, and no range of classes', () => {
  const { infos: _, ...columns } = dataset;
  const classes = createDataset({
    ...columns,
    ...{ actions: Float32Array.of(0, 1, 1, 0, 0, 0), actionSpace: { kind: 'discrete', count: 2 } },
    ...{ terminated: new Uint8Array(6), truncated: new Uint8Array(6) },
  });
  const text = wordData(describeData(classes));
  expect(text).toMatch(/^actions +2 classes$/m);
  expect(text).toMatch(/^returns +–$/m);
  expect(text).toMatch(/^infos +none$/m);
});
