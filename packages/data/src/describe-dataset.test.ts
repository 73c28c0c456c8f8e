import { expect, it } from 'vitest';
import { createDataset } from './dataset';
import { describeDataset } from './describe-dataset';
import { hashDataset } from './hash-dataset';

const input = {
  name: 'tiny',
  observations: [
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
  ],
  actions: [1, 2, 3, 4],
  rewards: [1, 2, 4, 8],
  terminated: [0, 1, 0, 0],
  truncated: [0, 0, 1, 0],
};

it('describes finished episodes and what comes after them', () => {
  expect(describeDataset(createDataset(input))).toEqual({
    name: 'tiny',
    rows: 4,
    observationSize: 2,
    actionSize: 1,
    finishedEpisodes: 2,
    unfinishedRows: 1,
    terminated: 1,
    truncated: 1,
    returns: { mean: 3.5, min: 3, max: 4 },
    lengths: { mean: 1.5, min: 1, max: 2 },
  });
});

it('has no returns to describe if no episode finished', () => {
  const stream = createDataset({ ...input, terminated: [0, 0, 0, 0], truncated: [0, 0, 0, 0] });
  expect(describeDataset(stream)).toMatchObject({
    finishedEpisodes: 0,
    unfinishedRows: 4,
    returns: null,
    lengths: null,
  });
});

it('hashes every column and nothing else', () => {
  const hash = hashDataset(createDataset(input));
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(hashDataset(createDataset({ ...input, name: 'other' }))).toBe(hash);
  const changes = [
    {
      observations: [
        [1, 2],
        [3, 4],
        [5, 6],
        [7, 9],
      ],
    },
    { actions: [1, 2, 3, 5] },
    { rewards: [1, 2, 4, 9] },
    { terminated: [0, 1, 0, 1] },
    { truncated: [0, 0, 1, 1] },
    {
      nextObservations: [
        [1, 2],
        [3, 4],
        [5, 6],
        [7, 8],
      ],
    },
    { infos: { qpos: { width: 1, data: new Float32Array(4) } } },
    { infos: { qpos: { width: 1, data: new Int32Array(4) } } },
    { infos: { qvel: { width: 1, data: new Float32Array(4) } } },
  ];
  const hashes = changes.map((change) => hashDataset(createDataset({ ...input, ...change })));
  expect(new Set([hash, ...hashes]).size).toBe(changes.length + 1);
});
