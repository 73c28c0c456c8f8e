import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { observationParts } from '../observation-space';
import { readD4rl } from '../read-d4rl';
import { writeD4rl } from '../write-d4rl';
import { type ReadLogOptions, readLog } from './read-log';

const folder = mkdtempSync(join(tmpdir(), 'lamo-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
/** Reads a text as a file of its own. */
const read = (text: string | Uint8Array, options: ReadLogOptions = {}, ending = '.csv') => {
  const path = join(folder, `log-${files++}${ending}`);
  writeFileSync(path, text);
  return readLog(path, { name: 'log', ...options });
};
const lines = (...rows: object[]) => rows.map((row) => JSON.stringify(row)).join('\n');
const rowsOf = (values: ArrayLike<number>, width: number) =>
  Array.from({ length: values.length / width }, (_, row) =>
    Array.from(values).slice(row * width, (row + 1) * width),
  );

const TRIPS = `trip_id,at,sensor_room,sensor_out,weather,heater,r,over
b,2026-03-01 10:00,20,5,sun,1.5,-1,false
a,2026-03-01 08:00,18,3,rain,2,-2,false
b,2026-03-01 09:00,19,4,rain,1,-3,false
a,2026-03-01 09:00,17,2,snow,3,-4,true
b,2026-03-01 11:00,21,6,sun,0,-5,false
`;
const TRIP_COLUMNS = {
  ...{ observation: ['sensor_*', 'weather'], action: ['heater'], reward: 'r', episode: 'trip_id' },
  ...{ time: 'at', terminated: 'over' },
};

describe('readLog, of CSV', () => {
  it('groups rows by episode, sorts them by time, and makes texts categories', async () => {
    const { dataset, columns, unused } = await read(TRIPS, { columns: TRIP_COLUMNS });
    expect(rowsOf(dataset.observations, 5)).toEqual([
      [19, 4, 1, 0, 0],
      [20, 5, 0, 0, 1],
      [21, 6, 0, 0, 1],
      [18, 3, 1, 0, 0],
      [17, 2, 0, 1, 0],
    ]);
    expect([...dataset.actions]).toEqual([1, 1.5, 0, 2, 3]);
    expect([...dataset.rewards]).toEqual([-3, -1, -5, -2, -4]);
    // Where the log says when an episode is over, one that is not was cut.
    expect([...dataset.terminated]).toEqual([0, 0, 0, 0, 1]);
    expect([...dataset.truncated]).toEqual([0, 0, 1, 0, 0]);
    expect(observationParts(dataset)).toEqual({
      sensor_room: { start: 0, end: 1 },
      sensor_out: { start: 1, end: 2 },
      weather: { start: 2, end: 5, categories: ['rain', 'snow', 'sun'] },
    });
    expect(columns.map(({ name, role, encoding }) => `${name} ${role} ${encoding}`)).toEqual([
      ...['sensor_room observation number', 'sensor_out observation number', 'weather observation category'],
      ...['heater action number', 'r reward number', 'trip_id episode label', 'at time number'],
      'over terminated flag',
    ]);
    expect(unused).toEqual([]);
    expect(dataset.warnings).toBeUndefined();
  });

  it('finds columns by their usual names, and says which it found', async () => {
    const text =
      'episode_id,step,obs_a,obs_b,action,reward,terminal,note\n1,0,1,2,0.5,0,0,x\n1,1,3,4,-0.5,1,1,y\n';
    const { dataset, columns, unused } = await read(text);
    expect(rowsOf(dataset.observations, 2)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect([...dataset.terminated]).toEqual([0, 1]);
    expect(columns.every(({ isInferred }) => isInferred)).toBe(true);
    expect(unused).toEqual(['note']);
  });

  it('reads tabs, semicolons, packed files, byte order marks, quotation marks and unnamed columns alike', async () => {
    const plain = ',obs,action,reward,done\n0,1,left,2,0\n1,3,right,4,1\n';
    const options: ReadLogOptions = { columns: { done: 'done' }, ends: 'terminated' };
    const { dataset } = await read(plain, options);
    expect(dataset.actionSpace).toEqual({
      ...{ kind: 'discrete', count: 2, labels: ['left', 'right'], names: ['action'] },
    });
    const same = [
      read(plain.replaceAll(',', '\t'), options, '.tsv'),
      read(plain.replaceAll(',', ';'), options),
      read(gzipSync(plain), options, '.csv.gz'),
      read(
        `\uFEFF${plain.replaceAll('\n', '\r\n').replace('left', ' "left" ').replace('right', '"right"')}`,
        options,
      ),
    ];
    for (const other of await Promise.all(same)) expect(other.dataset).toEqual(dataset);
  });

  it('keeps labels as they stand: 007 is not 7', async () => {
    const text = 'episode,obs,zip,action,reward\n007,1,01,0,0\n7,2,1,0,0\n007,3,01,1,0\n';
    const { dataset } = await read(text, {
      columns: { observation: ['obs', 'zip'] },
      encode: { zip: 'category' },
      ends: 'truncated',
    });
    expect([...dataset.episodeEnds]).toEqual([2, 3]);
    expect(observationParts(dataset).zip).toEqual({ start: 1, end: 3, categories: ['01', '1'] });
  });

  it('encodes what a time stamp says as it is told', async () => {
    const text = `episode,obs,when,action,reward
1,0,2026-03-02T06:00:00Z,0,0
1,0,2026-03-02T13:00:30+01:00,0,0
2,0,2026-03-08T18:00:00Z,0,0
`;
    const of = async (encoding: 'time-of-day' | 'time-of-week' | 'elapsed') => {
      const { dataset } = await read(text, {
        columns: { observation: ['when'] },
        encode: { when: encoding },
        ends: 'truncated',
      });
      return rowsOf(dataset.observations, dataset.observationSize);
    };
    const near = (angles: number[]) =>
      angles.map((angle) => [Math.sin(angle), Math.cos(angle)].map((part) => expect.closeTo(part, 6)));
    const turn = 2 * Math.PI;
    expect(await of('time-of-day')).toEqual(near([turn / 4, turn * (0.5 + 30 / 86_400), (turn * 3) / 4]));
    // 2 March 2026 is a Monday, the 8th a Sunday.
    expect(await of('time-of-week')).toEqual(
      near([turn / 28, (turn / 7) * (0.5 + 30 / 86_400), (turn * 6.75) / 7]),
    );
    expect(await of('elapsed')).toEqual([[0], [21_630], [0]]);
  });

  it('fills in what is missing as it is told, and says how much', async () => {
    const text = `episode,a,b,c,d,action,reward
1,1,,x,1,0,0
1,NA,4,,2,0,0
2,,2,y,3,0,0
3,5,6,y,,0,0
`;
    const { dataset } = await read(text, {
      columns: { observation: ['a', 'b', 'c', 'd'] },
      fill: { a: 'previous', b: 'mean', c: 'unknown', d: 'drop' },
      ends: 'truncated',
    });
    // The mean of a is of the rows that are left: nothing comes before the first of episode 2.
    expect(rowsOf(dataset.observations, 6)).toEqual([
      [1, 3, 0, 1, 0, 1],
      [1, 4, 1, 0, 0, 2],
      [1, 2, 0, 0, 1, 3],
    ]);
    expect(observationParts(dataset).c?.categories).toEqual(['unknown', 'x', 'y']);
    expect(dataset.warnings?.map(({ message }) => message).join('\n')).toMatch(
      /1 episodes of .* lack a value[\s\S]*filled in: 2 of "a" \(1 by its mean.*\), 1 of "b", 1 of "c"/,
    );
  });

  it('reads decisions that each stand alone, and flags as actions', async () => {
    const text = 'obs,action,reward,p\n1,true,0,0.25\n2,false,1,0.5\n';
    const { dataset } = await read(text, { columns: { probability: 'p' }, oneStep: true });
    expect([...dataset.terminated]).toEqual([1, 1]);
    expect(dataset.actionSpace).toEqual({
      ...{ kind: 'discrete', count: 2, labels: ['false', 'true'], names: ['action'] },
    });
    expect([...dataset.actions]).toEqual([1, 0]);
    expect([...dataset.infos.action_log_probs!.data]).toEqual([Math.log(0.25), Math.log(0.5)]);
  });

  it('keeps with the spaces what a policy has to know: names, how values were read, what stands in for missing ones', async () => {
    const text =
      'obs_at,obs_open,obs_a,obs_b,obs_c,obs_d,heater,fan,reward\n' +
      '2026-03-02 06:00,true,1,,x,5,1,2,0\n2026-03-02 18:00,false,3,6,,7,2,3,0\n';
    const { dataset } = await read(text, {
      ...{ oneStep: true, columns: { action: ['heater', 'fan'] } },
      encode: { obs_at: 'time-of-day' },
      // Nothing is missing in two of them: what is said holds for later all the same.
      fill: { obs_a: 'previous', obs_b: 2, obs_c: 'x', obs_d: 'mean', obs_open: 'drop' },
    });
    expect(observationParts(dataset)).toEqual({
      obs_at: { start: 0, end: 2, encoding: 'time-of-day' },
      obs_open: { start: 2, end: 3, encoding: 'flag' },
      obs_a: { start: 3, end: 4, missing: { previous: true, value: [2] } },
      obs_b: { start: 4, end: 5, missing: { value: [2] } },
      obs_c: { start: 5, end: 6, categories: ['x'], missing: { value: 'x' } },
      obs_d: { start: 6, end: 7, missing: { value: [6] } },
    });
    expect(dataset.actionSpace).toEqual({ kind: 'box', names: ['heater', 'fan'] });
    const path = join(folder, 'read.hdf5');
    await writeD4rl(dataset, path);
    const { observationSpace, actionSpace } = await readD4rl(path);
    expect({ observationSpace, actionSpace }).toEqual({
      observationSpace: dataset.observationSpace,
      actionSpace: dataset.actionSpace,
    });
  });

  it('encodes categories as a policy has learned them, and refuses new ones', async () => {
    const options: ReadLogOptions = { ends: 'terminated' };
    const text = (weather: string) =>
      `episode,observation_w,action,reward\n1,${weather},stay,0\n2,sun,go,0\n`;
    const { dataset: like } = await read(text('rain'), options);
    const { dataset } = await read(text('sun'), { ...options, like });
    expect(rowsOf(dataset.observations, 2)).toEqual([
      [0, 1],
      [0, 1],
    ]);
    await expect(read(text('fog'), { ...options, like })).rejects.toThrow(
      /not known in line 2.*Expected rain, sun, received "fog"/,
    );
  });
});

describe('readLog, of JSON lines', () => {
  it('reads lists, objects and what was observed next', async () => {
    const text = lines(
      { episode: 1, observation: { room: 1, sky: 'clear' }, next: 0, action: [1, 2], reward: 1, done: false },
      { episode: 1, observation: { room: 2, sky: 'grey' }, next: 0, action: [3, 4], reward: 2, done: true },
    );
    const { dataset } = await read(text, { columns: { terminated: 'done' } }, '.jsonl');
    expect(rowsOf(dataset.observations, 3)).toEqual([
      [1, 1, 0],
      [2, 0, 1],
    ]);
    expect(rowsOf(dataset.actions, 2)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(Object.keys(observationParts(dataset))).toEqual(['observation.room', 'observation.sky']);
  });

  it('reads a row as an episode where rewards are lists, with the last observation', async () => {
    const text = lines(
      {
        observations: [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        actions: [0, 1],
        rewards: [1, 2],
        terminated: true,
        shop: 'a',
      },
      {
        observations: [
          [7, 8],
          [9, 9],
        ],
        actions: [1],
        rewards: [3],
        terminated: false,
        shop: 'b',
      },
    );
    const { dataset } = await read(text, { columns: { observation: ['observations', 'shop'] } }, '.jsonl');
    expect(rowsOf(dataset.observations, 4)).toEqual([
      [1, 2, 1, 0],
      [3, 4, 1, 0],
      [7, 8, 0, 1],
    ]);
    expect(rowsOf(dataset.nextObservations!, 4)).toEqual([
      [3, 4, 1, 0],
      [5, 6, 1, 0],
      [9, 9, 0, 1],
    ]);
    expect([[...dataset.terminated], [...dataset.truncated]]).toEqual([
      [0, 1, 0],
      [0, 0, 1],
    ]);
  });

  it('says in which line a list has another length, and names columns that come late', async () => {
    const row = (observation: number[], more = {}) => ({
      episode: 1,
      observation,
      action: 0.5,
      reward: 0,
      ...more,
    });
    const uneven = read(lines(row([1, 2]), row([1])), { ends: 'truncated' }, '.jsonl');
    await expect(uneven).rejects.toThrow(/lists of 2 numbers, as in line 1, received 1 in line 2/);
    const many = Array.from({ length: 1001 }, () => row([1]));
    const { dataset } = await read(lines(...many, row([1], { wind: 3 })), { ends: 'truncated' }, '.jsonl');
    expect(dataset.warnings?.map(({ code }) => code)).toEqual(['late-column']);
  });

  it('refuses numbers as labels that JSON cannot tell apart', async () => {
    const text = '{"episode": 12345678901234567890, "observation": [1], "action": 0, "reward": 0}';
    await expect(read(text, { ends: 'truncated' }, '.jsonl')).rejects.toMatchObject({
      code: 'inexact-label',
    });
  });
});
