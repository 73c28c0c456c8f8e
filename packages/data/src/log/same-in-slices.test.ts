import { parquetWriteFile } from 'hyparquet-writer';
import { describe, expect, it, vi } from 'vitest';
import { logFiles, readBoth, step, steps } from '../../test/log-both-ways';
import { prepareDataset } from '../prepared/prepare-dataset';

// Every slice is flushed to the disk, which may be busy.
vi.setConfig({ testTimeout: 60_000 });

const { place, jsonLines, write } = logFiles();

describe('a stream that goes on, read whole and in slices', () => {
  const E = 'episode,obs_t,obs_x,action,reward';
  const rows = Array.from({ length: 8 }, (_, i) => `${i >> 1},${10 * i},${i % 2 ? i : 0},${i % 2},0`);
  const path = write([E, ...rows].join('\n'), '.csv');

  it('has no column that names episodes', async () => {
    await expect(readBoth(path, { continuing: true })).rejects.toThrow(
      /cannot both have episodes and be one stream.*"episode".*--episode none.*--ends truncated/,
    );
    const columns = { episode: null };
    const { terminated, truncated, observations } = await readBoth(path, { columns, continuing: true });
    expect([...terminated, ...truncated]).not.toContain(1);
    expect([...observations.filter((_, i) => i % 2 === 0)]).toEqual(rows.map((_, i) => 10 * i));
  });

  it('does not end, and is not many streams', async () => {
    const columns = { episode: null };
    await expect(readBoth(path, { columns, continuing: true, oneStep: true })).rejects.toThrow(/--one-step/);
    await expect(readBoth(path, { columns, continuing: true, ends: 'truncated' })).rejects.toThrow(/--ends/);
    const flags = (name: string) => [`${E},${name}`, ...rows.map((row, i) => `${row},${i === 5}`)].join('\n');
    await expect(readBoth(write(flags('terminated'), '.csv'), { columns, continuing: true })).rejects.toThrow(
      /terminated in line 7.*--terminated none/,
    );
    // A stream may go on behind a time limit.
    const { truncated } = await readBoth(write(flags('truncated'), '.csv'), { columns, continuing: true });
    expect([...truncated]).not.toContain(1);
  });
});

describe('names of columns, read whole and in slices', () => {
  it.each([
    ['info.a/b', 'info.a_b', 'a_b'],
    ['info.c', 'INFO.c', 'c'],
    ['probability', 'info.action_log_probs', 'action_log_probs'],
    ['obs.a/b', 'obs.a_b', 'obs.a_b'],
  ])('are refused where %s and %s would be one', async (one, other, both) => {
    const path = jsonLines(steps(6, (i) => ({ [one]: 0.5, [other]: i })));
    const columns = { observation: one.startsWith('obs') ? ['obs*'] : ['observation'] };
    const refused = readBoth(path, { columns, ends: 'truncated' });
    await expect(refused).rejects.toMatchObject({
      code: 'ambiguous-column',
      received: `"${one}" and "${other}"`,
    });
    await expect(refused).rejects.toThrow(`called "${both}"`);
  });

  it.each(['__proto__', 'observation.cut\ud800'])(
    'are refused where not every file keeps them: %j',
    async (name) => {
      const path = jsonLines(
        steps(6, (i) => ({ obs: i })).map((row) =>
          JSON.stringify(row).replace('"obs"', JSON.stringify(name)),
        ),
      );
      const columns = { observation: ['observation', name] };
      await expect(readBoth(path, { columns, ends: 'truncated' })).rejects.toMatchObject({
        code: 'damaged-name',
      });
    },
  );

  it('are refused where an object has a column that stands there already', async () => {
    const path = jsonLines(['{"episode":1,"obs.x":1,"obs":{"x":2},"action":0,"reward":0}']);
    await expect(readBoth(path, { ends: 'truncated' })).rejects.toThrow(
      /same name in line 1.*"obs\.x" twice/,
    );
    const late = jsonLines([step({ obs: { x: 1 } }), step({ 'obs.x': 1, obs: { x: 2 } })]);
    await expect(readBoth(late, { ends: 'truncated' })).rejects.toThrow(/same name in line 2/);
  });

  it('are read once where two patterns fit them', async () => {
    const path = jsonLines(steps(6, (i) => ({ obs_a: i, obs_ab: -i })));
    const columns = { observation: ['*_ab', 'obs_*'] };
    const { observationSpace } = await readBoth(path, { columns, ends: 'truncated' });
    expect(observationSpace).toMatchObject({ parts: { obs_ab: { start: 0 }, obs_a: { start: 1 } } });
  });
});

describe('labels of episodes, read whole and in slices', () => {
  it('are told apart by milliseconds where they are time stamps of Parquet', async () => {
    const filename = place('.parquet');
    const times = Array.from({ length: 12 }, (_, i) => new Date(Date.UTC(2026, 0, 1) + (i >> 2)));
    const numbers = Float64Array.from(times, (_, i) => i);
    parquetWriteFile({
      filename,
      columnData: [
        { name: 'episode', type: 'TIMESTAMP', data: times },
        ...['observation', 'action', 'reward'].map((name) => ({
          name,
          type: 'DOUBLE' as const,
          data: numbers,
        })),
      ],
    });
    const { episodeEnds } = await readBoth(filename, { ends: 'truncated' });
    expect([...episodeEnds]).toEqual([4, 8, 12]);
  });

  it.each([[[0, 1]], [[0.5]], [[-1]], [['a']], [[]]])('are no lists: %j', async (episode) => {
    for (const path of [
      jsonLines(steps(8, () => ({ episode }))),
      jsonLines(steps(8, (i) => (i === 6 ? { episode } : {}))),
    ])
      await expect(readBoth(path, { ends: 'truncated' })).rejects.toThrow(
        /"episode" .* a list that cannot be a label in line/,
      );
  });

  it('and categories are whole characters', async () => {
    for (const name of ['episode', 'observation']) {
      const path = jsonLines(steps(8, (i) => ({ [name]: i < 4 ? 'a\ud800' : 'a\udbff' })));
      await expect(readBoth(path, { ends: 'truncated' })).rejects.toMatchObject({ code: 'half-character' });
      const whole = jsonLines(steps(8, (i) => ({ [name]: i < 4 ? '\u{1F600}' : '\u{1F601}' })));
      expect((await readBoth(whole, { ends: 'truncated' })).episodeEnds).toHaveLength(2);
    }
  });

  it.each([
    ['lists', [1, 2]],
    ['true and false', true],
  ])('are not put in order by %s', async (words, step) => {
    const path = jsonLines(steps(4, () => ({ step })));
    await expect(readBoth(path, { ends: 'truncated' })).rejects.toThrow(`received ${words}`);
    const { size } = await readBoth(path, { columns: { time: null }, ends: 'truncated' });
    expect(size).toBe(4);
  });
});

it('values that are missing are counted once', async () => {
  const path = jsonLines(steps(60, (i) => ({ observation: i % 2 ? null : [i, null] })));
  await expect(readBoth(path, { ends: 'truncated' })).rejects.toThrow(/received 60 that are missing/);
});

it('a slice has about as many numbers as asked where a row has many steps', async () => {
  const list = (value: number) => Array<number>(1000).fill(value);
  const rows = Array.from({ length: 60 }, (_, i) => ({ obs: list(i), action: list(0), reward: list(1) }));
  const looks: number[] = [];
  const onProgress = ({ stage, rows }: { stage: string; rows: number }) => {
    if (stage === 'looking') looks.push(rows);
  };
  await prepareDataset(jsonLines(rows), place(), {
    ...{ log: { ends: 'truncated' }, sliceNumbers: 12_000, onProgress },
  });
  // Three numbers, and the one that tells which episode it is, in each of a thousand steps.
  expect(looks.slice(0, 3)).toEqual([3, 6, 9]);
});
