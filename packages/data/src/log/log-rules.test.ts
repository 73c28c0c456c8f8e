import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseTime } from './parse-time';
import { type ReadLogOptions, readLog } from './read-log';

const folder = mkdtempSync(join(tmpdir(), 'lamo-log-rules-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
/** Reads lines as a file of their own. */
const read = async (ending: 'csv' | 'jsonl', lines: readonly string[], options: ReadLogOptions = {}) => {
  const path = join(folder, `log-${files++}.${ending}`);
  writeFileSync(path, lines.join('\n'));
  return (await readLog(path, { ends: 'truncated', ...options })).dataset;
};

describe('what is missing', () => {
  it('is not filled in by what another episode had before, but by the mean', async () => {
    const lines = ['episode,obs,action,reward', '1,2,0,0', '1,4,0,0', '2,,0,0', '2,,0,0', '2,9,0,0'];
    const { observations } = await read('csv', lines, { fill: { obs: 'previous' } });
    expect([...observations]).toEqual([2, 4, 5, 5, 9]); // the mean of 2, 4 and 9
  });

  it('is filled in by what stood before in the same place of a list', async () => {
    const step = (obs: unknown) => JSON.stringify({ episode: 1, obs, action: 0, reward: 0 });
    const lines = [step([1, 20]), step([null, 21]), step([3, null])];
    const { observations } = await read('jsonl', lines, { fill: { obs: 'previous' } });
    expect([...observations]).toEqual([1, 20, 1, 21, 3, 21]);
  });

  it('drops its episode, wherever in a list it is missing', async () => {
    const step = (episode: number, obs: unknown) => JSON.stringify({ episode, obs, action: 0, reward: 0 });
    const lines = [step(1, [1, 2]), step(2, [3, null]), step(2, [4, 5]), step(3, [6, 7])];
    const { observations } = await read('jsonl', lines, { fill: { obs: 'drop' } });
    expect([...observations]).toEqual([1, 2, 6, 7]);
  });
});

it('categories that are numbers are in the order of numbers', async () => {
  const lines = ['episode,room,action,reward', '1,10,0,0', '1,9,0,0', '1,2,0,0'];
  const { observationSpace, observations } = await read('csv', lines, {
    columns: { observation: ['room'] },
    encode: { room: 'category' },
  });
  expect(observationSpace).toMatchObject({ parts: { room: { categories: ['2', '9', '10'] } } });
  expect([...observations]).toEqual([0, 0, 1, 0, 1, 0, 1, 0, 0]);
});

it('a rule for a column by its name counts more than one by a pattern', async () => {
  const lines = ['episode,room_a,room_b,action,reward', '1,1,7,0,0', '1,2,8,0,0'];
  const { observationSpace } = await read('csv', lines, {
    columns: { observation: ['room_*'] },
    encode: { 'room_*': 'number', room_b: 'category' },
  });
  expect(observationSpace).toMatchObject({ parts: { room_b: { categories: ['7', '8'] } } });
});

it('what was observed next is found by its name, in whatever order it stands', async () => {
  const lines = ['episode,obs_a,obs_b,next_obs_b,next_obs_a,action,reward', '1,1,10,20,2,0,0'];
  const { nextObservations } = await read('csv', lines, {
    columns: { observation: ['obs_a', 'obs_b'], nextObservation: ['next_obs_b', 'next_obs_a'] },
  });
  expect([...nextObservations!]).toEqual([2, 20]);
});

it('a probability of a class is at most 1, a density of an amount may be more', async () => {
  const lines = (action: string) => ['episode,obs,action,reward,p', `1,2,${action},0,0.5`, '1,3,hat,0,1.5'];
  const columns = { probability: 'p' };
  await expect(read('csv', lines('boots'), { columns })).rejects.toThrow(
    /"p" of .* is not how likely an action was in line 3.*at most 1, received 1\.5/,
  );
  const amounts = lines('0.1').map((line) => line.replace('hat', '0.2'));
  expect((await read('csv', amounts, { columns })).infos.action_log_probs!.data[1]).toBeCloseTo(
    Math.log(1.5),
    12,
  );
});

it.each(['2026-02-29', '2026-04-31', '2026-13-01', '2026-02-28T24:00:00Z', '2026-02-28T10:60:00Z'])(
  '%s is refused as a time',
  (text) => {
    expect(parseTime(text)).toBeUndefined();
  },
);
