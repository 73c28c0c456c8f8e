import { expect, it } from 'vitest';
import { sourceOf } from '../number-source';
import { ogbenchEpisodes } from './ogbench';

const numbers = (key: string, ...data: number[]) => sourceOf(key, [data.length, 1], Float32Array.from(data));

it('a trajectory whose last row is not marked ends where the file does', () => {
  const arrays = new Map([
    ['observations', numbers('observations', 0, 1, 2, 3, 4)],
    ['actions', numbers('actions', 10, 11, 12, 13, 14)],
    ['terminals', sourceOf('terminals', [5], Uint8Array.of(0, 1, 0, 0, 0))],
  ]);
  const read = ogbenchEpisodes('set.npz', arrays).map(({ rows, observations, actions }) => [
    rows,
    [...observations.values()].map((source) => source.read((seen) => Array.from(seen as Float32Array))),
    actions.read((done) => Array.from(done as Float32Array)),
  ]);
  expect(read).toEqual([
    [1, [[0, 1]], [10]],
    [2, [[2, 3, 4]], [12, 13]],
  ]);
});
