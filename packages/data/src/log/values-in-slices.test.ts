import { describe, expect, it, vi } from 'vitest';
import { logFiles, readBoth, steps } from '../../test/log-both-ways';
import { readLog } from './read-log';

// Every slice is flushed to the disk, which may be busy.
vi.setConfig({ testTimeout: 60_000 });

const { jsonLines } = logFiles();

describe('actions that are whole numbers, read whole and in slices', () => {
  const ids = [0, 101, 205, 307];
  const path = jsonLines(steps(24, (i) => ({ action: ids[i % 4] })));

  it('are amounts with a warning that says what they may be', async () => {
    const { warnings } = await readBoth(path, { ends: 'truncated' });
    expect(warnings).toEqual([
      {
        code: 'whole-number-actions',
        message: expect.stringMatching(/"action".*--encode 'action=category'/),
      },
    ]);
    const said = await readBoth(path, { ends: 'truncated', encode: { action: 'number' } });
    expect(said.warnings).toBeUndefined();
    const late = jsonLines(steps(24, (i) => ({ action: i === 20 ? 0.5 : 1 })));
    expect((await readBoth(late, { ends: 'truncated' })).warnings).toBeUndefined();
  });

  it('are ids as categories, and are refused as numbers of so many classes', async () => {
    const { actionSpace } = await readBoth(path, { ends: 'truncated', encode: { action: 'category' } });
    expect(actionSpace).toMatchObject({ kind: 'discrete', labels: ids.map(String) });
    const classes = { ends: 'truncated', actionSpace: { kind: 'discrete', count: 4 } } as const;
    await expect(readLog(path, classes)).rejects.toThrow(
      /"action" .* number of a class in line 2.*0 to 3.*received 101.*--encode 'action=category'/,
    );
    await expect(
      readLog(path, {
        ...classes,
        actionSpace: { kind: 'discrete', count: 5 },
        encode: { action: 'category' },
      }),
    ).rejects.toThrow(/Expected 5 \(--action-classes.*received 4: 0, 101/);
  });
});

describe('times that are numbers, read whole and in slices', () => {
  const START = Date.UTC(2026, 0, 1, 6);
  const of = (unit: number) =>
    jsonLines(steps(24, (i) => ({ at: (START + 60_000 * i) / unit, observation: i / 2 })));
  const columns = { observation: ['observation', 'at'] };

  it.each([1, 1000])('are refused as they are, as time stamps (%i ms)', async (unit) => {
    const refused = readBoth(of(unit), { columns, ends: 'truncated' });
    await expect(refused).rejects.toMatchObject({ code: 'time-stamp' });
    await expect(refused).rejects.toThrow(
      /"at" of .* times since 1970.*--encode 'at=time-of-day'.*--encode 'at=number'/,
    );
    const said = await readBoth(of(unit), { columns, ends: 'truncated', encode: { at: 'number' } });
    expect(said.observations[1]).toBe(Math.fround(START / unit));
  });

  it('are numbers where not all of them can be times', async () => {
    const path = jsonLines(steps(24, (i) => ({ observation: i === 20 ? 5 : START + i })));
    expect((await readBoth(path, { ends: 'truncated' })).observations[20]).toBe(5);
  });

  it.each(['time-of-day', 'time-of-week', 'elapsed'] as const)(
    'are read as texts of the same times are: %s',
    async (how) => {
      const options = { columns, ends: 'truncated', encode: { at: how }, fill: { at: 'mean' } } as const;
      const texts = jsonLines(
        steps(24, (i) => ({ at: new Date(START + 60_000 * i).toISOString(), observation: i / 2 })),
      );
      const expected = await readBoth(texts, options);
      for (const [unit, epoch] of [
        [1, 'milliseconds'],
        [1000, 'seconds'],
      ] as const) {
        const read = await readBoth(of(unit), options);
        expect(read.observations).toEqual(expected.observations);
        expect(read.observationSpace).toEqual(expected.observationSpace);
        const { columns } = await readLog(of(unit), options);
        expect(columns.find(({ name }) => name === 'at')?.epoch).toBe(epoch);
      }
    },
  );

  it('count from 2001 on: anything else is a number', async () => {
    const path = jsonLines(steps(24, (i) => ({ observation: i })));
    const day = readBoth(path, { ends: 'truncated', encode: { observation: 'time-of-day' } });
    await expect(day).rejects.toThrow(
      /has numbers which cannot be encoded as time-of-day.*since 1970, .*from 2001/,
    );
    const { observations } = await readBoth(path, { ends: 'truncated', encode: { observation: 'elapsed' } });
    expect([...observations.subarray(0, 5)]).toEqual([0, 1, 2, 3, 0]);
  });
});

it('what is missing of actions and rewards is never made up', async () => {
  const lacking = (name: string) => jsonLines(steps(24, (i) => ({ [name]: i === 7 ? null : 0.5 })));
  for (const name of ['action', 'reward', 'probability'])
    await expect(readBoth(lacking(name), { ends: 'truncated' })).rejects.toThrow(
      new RegExp(`"${name}" .* made up.*--fill '${name}=drop'[^']*mend the log\\. .*--fill '${name}=0'`),
    );
  for (const rule of ['previous', 'mean'])
    await expect(readBoth(lacking('reward'), { ends: 'truncated', fill: { '*': rule } })).rejects.toThrow(
      /"reward" .* does not fit.*drop, or the number that nothing written stands for/,
    );
  const { rewards } = await readBoth(lacking('reward'), { ends: 'truncated', fill: { reward: 0 } });
  expect(rewards[7]).toBe(0);
  await expect(readBoth(lacking('observation'), { ends: 'truncated' })).rejects.toThrow(
    /--fill 'observation=previous'.*the mean, where it begins with none.*leave the column out/,
  );
  const never = jsonLines(steps(8, () => ({ action: null })));
  await expect(readBoth(never, { ends: 'truncated' })).rejects.toThrow(/Mend the log\.$/);
});

it('what is missing where an episode begins is counted apart', async () => {
  const path = jsonLines(
    steps(24, (i) => ({ observation: i === 4 || i === 6 || i === 12 ? null : i, action: 0.5 })),
  );
  const { warnings } = await readBoth(path, { ends: 'truncated', fill: { observation: 'previous' } });
  expect(warnings?.[0]?.message).toMatch(
    /3 of "observation" \(2 by its mean: nothing came before in the episode\)/,
  );
});

it('columns that are not there are named all at once', async () => {
  const path = jsonLines(steps(8, () => ({})));
  const columns = { observation: ['obs', 'observation'], action: ['acton'], reward: 'r' };
  await expect(readBoth(path, { columns, ends: 'truncated' })).rejects.toThrow(
    /no column "obs" and no "acton" and no "r"\. .*acton for --action.*Did you mean.*"action"/,
  );
  const other = jsonLines([{ a: 1, b: 2 }]);
  await expect(readBoth(other)).rejects.toThrow(
    /what was observed, what was done, the reward.*--observation.*--reward/,
  );
});
