import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runRecord } from '../../test/run-record';
import { readRecordings, summariseRecordings } from './read-recordings';

const folder = mkdtempSync(join(tmpdir(), 'lamo-recordings-'));
afterAll(() => rmSync(folder, { recursive: true }));

const episode = {
  seed: 7,
  return: 3,
  observations: [0, 0, 0],
  rewards: [1, 2],
  actions: [0, 1],
  terminated: true,
};
const { rewards: _, ...withoutRewards } = episode;

/** Writes a run with recordings. */
function runWith(name: string, ...recordings: readonly object[]): string {
  const path = join(folder, name);
  mkdirSync(join(path, 'trajectories'), { recursive: true });
  writeFileSync(join(path, 'manifest.json'), JSON.stringify(runRecord().manifest));
  for (const [i, parts] of recordings.entries()) {
    const recording = { step: 1, environment: 'hopper-v4', targetReturn: null, observationSize: 1, ...parts };
    writeFileSync(join(path, 'trajectories', `${i}.json`), JSON.stringify(recording));
  }
  return path;
}

it('the latest recording comes first, of several targets the highest', () => {
  const path = runWith(
    'several',
    { step: 5, targetReturn: 10, episodes: [episode] },
    { step: 9, episodes: [episode] },
    { step: 5, targetReturn: 20, episodes: [episode] },
  );
  const view = summariseRecordings(readRecordings(path));
  expect(view.title).toBe('BC in hopper-v4');
  expect(view.recordings.map(({ step, targetReturn }) => [step, targetReturn])).toEqual([
    [9, null],
    [5, 20],
    [5, 10],
  ]);
  expect(view.recordings[0]!.episodes).toEqual([{ seed: 7, return: 3, length: 2, terminated: true }]);
});

it('episodes that an earlier version recorded without rewards are left out, and said to be missing', () => {
  const path = runWith('earlier', { episodes: [withoutRewards, episode] });
  expect(readRecordings(path).recordings[0]!.episodes).toHaveLength(1);
  const none = runWith('none', { episodes: [withoutRewards] });
  expect(() => readRecordings(none)).toThrow(
    /No episode of .*none was recorded with its rewards.*recordings in hopper-v4.*lamo evaluate .*none --episodes 5 --record/s,
  );
});

it('a run without recordings, or with none of an environment, says how to make some', () => {
  expect(() => readRecordings(runWith('empty'))).toThrow(/no recording.*--record/s);
  const path = runWith('elsewhere', { episodes: [episode] });
  expect(readRecordings(path, 'Hopper-v4').recordings).toHaveLength(1);
  expect(() => readRecordings(path, 'walker2d-v4')).toThrow(
    /in walker2d-v4 was recorded.*recordings in hopper-v4.*--environment walker2d-v4/s,
  );
});

it('refuses a folder that is not a run', () => {
  expect(() => readRecordings(join(folder, 'nowhere'))).toThrow('There is no run in the folder');
});
