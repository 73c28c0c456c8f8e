import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeHdf5 } from '../test/write-hdf5';
import { createDataset } from './dataset';
import { readD4rl } from './read-d4rl';
import { qlearningTransitions } from './transitions';
import { writeD4rl } from './write-d4rl';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamo-d4rl-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rows = 5;
const floats = (shape: number[]) => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
});
const flags = (...values: number[]) => ({ shape: [values.length], data: Float32Array.from(values) });
const valid = {
  observations: floats([rows, 3]),
  actions: floats([rows, 2]),
  rewards: floats([rows]),
  terminals: flags(0, 1, 0, 0, 0),
  timeouts: flags(0, 0, 0, 1, 0),
};

/** Writes a file that differs from a valid one in some arrays; `undefined` leaves one out. */
async function fileWith(
  changes: Record<string, Parameters<typeof writeHdf5>[1][string] | undefined>,
): Promise<string> {
  const path = join(folder, 'case.hdf5');
  const arrays = Object.entries({ ...valid, ...changes }).filter((entry) => entry[1] !== undefined);
  await writeHdf5(path, Object.fromEntries(arrays) as Parameters<typeof writeHdf5>[1]);
  return path;
}

describe('readD4rl', () => {
  it('reads flags written as numbers and keeps all rows', async () => {
    const dataset = await readD4rl(await fileWith({}));
    expect(dataset).toEqual(
      createDataset({
        name: 'case',
        observations: valid.observations.data,
        actions: valid.actions.data,
        rewards: valid.rewards.data,
        terminated: valid.terminals.data,
        truncated: valid.timeouts.data,
        observationSize: 3,
        actionSize: 2,
      }),
    );
    expect(dataset.episodeEnds).toEqual(Uint32Array.of(2, 4, 5));
  });

  it('accepts doubles everywhere and [N, 1] rewards and flags', async () => {
    const dataset = await readD4rl(
      await fileWith({
        observations: { shape: [rows, 3], data: new Float64Array(15).fill(0.1) },
        rewards: { shape: [rows, 1], data: Float64Array.of(1, 2, 3, 4, 0.1) },
        terminals: { shape: [rows, 1], data: Float64Array.of(0, 1, 0, 0, 0) },
        timeouts: { shape: [rows], data: Int32Array.of(0, 0, 0, 1, 0) },
      }),
    );
    expect(dataset.observations).toEqual(new Float32Array(15).fill(0.1));
    expect(dataset.rewards).toEqual(Float32Array.of(1, 2, 3, 4, 0.1));
    expect(dataset.episodeEnds).toEqual(Uint32Array.of(2, 4, 5));
  });

  it('reads next observations and infos, the flat one of Kitchen too, and skips what has no rows', async () => {
    const path = await fileWith({
      next_observations: floats([rows, 3]),
      'infos/qpos': { shape: [rows, 2], data: new Float64Array(10).fill(0.1) },
      'infos/action_log_probs': { shape: [rows], data: new Float32Array(5).fill(Number.NEGATIVE_INFINITY) },
      'infos/count': { shape: [rows], data: Int32Array.of(1, 2, 3, 4, 5) },
      'infos/note': { shape: [1], data: ['text'] },
    });
    const dataset = await readD4rl(path);
    expect(dataset.nextObservations).toEqual(valid.observations.data);
    expect(dataset.infos).toEqual({
      qpos: { width: 2, data: new Float64Array(10).fill(0.1) },
      action_log_probs: { width: 1, data: new Float32Array(5).fill(Number.NEGATIVE_INFINITY) },
      count: { width: 1, data: Int32Array.of(1, 2, 3, 4, 5) },
    });
    expect((await readD4rl(path, { infos: false, name: 'mine' })).infos).toEqual({});

    const kitchen = await readD4rl(
      await fileWith({ infos: { shape: [rows], data: Int32Array.of(1, 2, 3, 4, 5) } }),
    );
    expect(kitchen.infos).toEqual({ infos: { width: 1, data: Int32Array.of(1, 2, 3, 4, 5) } });
  });

  it('cuts nowhere but at terminals if there are neither time-outs nor a step limit', async () => {
    const dataset = await readD4rl(await fileWith({ timeouts: undefined }));
    expect(dataset.truncated).toEqual(new Uint8Array(rows));
    expect(dataset.episodeEnds).toEqual(Uint32Array.of(2, 5));
  });

  it('ignores time-outs of a stream that goes on', async () => {
    const dataset = await readD4rl(await fileWith({}), { continuing: true });
    expect(dataset.episodeEnds).toEqual(Uint32Array.of(2, 5));
  });

  it("drops the rows that D4RL's step counter would drop if there are no time-outs", async () => {
    const path = join(folder, 'no-timeouts.hdf5');
    const cases = fc.tuple(
      fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 8 }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([terminals, maxEpisodeSteps]) => {
        const size = terminals.length;
        await writeHdf5(path, {
          observations: floats([size, 1]),
          actions: floats([size, 1]),
          rewards: floats([size]),
          terminals: flags(...terminals.map(Number)),
        });
        const dataset = await readD4rl(path, { maxEpisodeSteps });
        expect(Array.from(qlearningTransitions(dataset).rows)).toEqual(
          literalRows(terminals, maxEpisodeSteps),
        );
      }),
      { numRuns: 50 },
    );
  });
});

/** Rows that the loop of D4RL's `qlearning_dataset` keeps of a file without `timeouts`. */
function literalRows(terminals: boolean[], maxEpisodeSteps: number): number[] {
  const kept: number[] = [];
  let episodeStep = 0;
  for (let i = 0; i < terminals.length - 1; i++) {
    const final = episodeStep === maxEpisodeSteps - 1;
    if (final) {
      episodeStep = 0;
      continue;
    }
    if (terminals[i]) episodeStep = 0;
    kept.push(i);
    episodeStep += 1;
  }
  return kept;
}

describe('readD4rl refuses', () => {
  it.each<[string, string, string, Record<string, Parameters<typeof writeHdf5>[1][string] | undefined>]>([
    [
      'a missing key and names those that are there',
      'missing-key',
      'no `terminals`. Expected an array named `terminals`, received a file with actions, observations, rewards, timeouts',
      { terminals: undefined },
    ],
    [
      'lengths that disagree',
      'length-mismatch',
      '`actions` and `rewards`',
      { actions: floats([rows - 1, 2]) },
    ],
    [
      'NaN',
      'not-finite',
      '`observations` of `case` has a value that is not finite in row 4, column 2',
      { observations: { shape: [rows, 3], data: new Float32Array(15).fill(Number.NaN, 14) } },
    ],
    [
      'infinity',
      'not-finite',
      'received -Infinity',
      { rewards: { shape: [rows], data: new Float64Array(5).fill(Number.NEGATIVE_INFINITY) } },
    ],
    [
      'doubles that are too large for 32 bits',
      'not-finite',
      'in row 2, column 0. Expected numbers that fit in 32-bit floats, received 1e+39',
      { rewards: { shape: [rows], data: Float64Array.of(0, 0, 1e39, 0, 0) } },
    ],
    [
      'flat observations',
      'wrong-rank',
      'two dimensions, rows and columns, received [15]',
      { observations: floats([15]) },
    ],
    ['a cube of actions', 'wrong-rank', 'received [5, 2, 1]', { actions: floats([rows, 2, 1]) }],
    ['rewards with two columns', 'wrong-rank', '`rewards`', { rewards: floats([rows, 2]) }],
    [
      'text for numbers',
      'wrong-type',
      'Expected numbers',
      { actions: { shape: [rows, 1], data: ['a', 'b', 'c', 'd', 'e'] } },
    ],
    [
      'a file without rows',
      'empty-dataset',
      'at least one reward',
      {
        observations: floats([0, 3]),
        actions: floats([0, 2]),
        rewards: floats([0]),
        terminals: flags(),
        timeouts: flags(),
      },
    ],
    ['flags that are none', 'not-a-flag', 'received 0.5', { terminals: flags(0, 0.5, 0, 0, 0) }],
  ])('%s', async (_, code, message, changes) => {
    const path = await fileWith(changes);
    await expect(readD4rl(path)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it.each<[string, string, (path: string) => void]>([
    ['a file that is not there', 'file-not-found', () => {}],
    ['a folder', 'not-readable', (path) => mkdirSync(path)],
    ['an empty file', 'empty-file', (path) => writeFileSync(path, '')],
    ['text', 'not-hdf5', (path) => writeFileSync(path, 'observations,actions\n1,2\n')],
    [
      'a Git LFS pointer',
      'not-hdf5',
      (path) => writeFileSync(path, 'version https://git-lfs.github.com/spec/v1\n'),
    ],
    ['half a signature', 'not-hdf5', (path) => writeFileSync(path, Buffer.from('\x89HD', 'latin1'))],
    [
      'nothing but a signature',
      'damaged-file',
      (path) => writeFileSync(path, Buffer.from('\x89HDF\r\n\x1a\n', 'latin1')),
    ],
  ])('%s', async (_, code, write) => {
    const path = join(mkdtempSync(join(folder, 'bad-')), 'file.hdf5');
    write(path);
    const refusal = expect(readD4rl(path)).rejects;
    await refusal.toMatchObject({ name: 'LamoError', code, message: expect.stringContaining(path) });
  });
});

describe('a damaged file', () => {
  const size = 20_000;
  /** A file with gzip chunks throughout, so that damage anywhere is noticed. */
  async function wholeFile(): Promise<Buffer> {
    const noise = Float32Array.from({ length: size * 3 }, (_, i) => Math.sin(i * i));
    const dataset = createDataset({
      observations: noise,
      observationSize: 3,
      actions: noise.subarray(0, size),
      rewards: noise.subarray(size, 2 * size),
      terminated: new Uint8Array(size),
    });
    const path = join(folder, 'whole.hdf5');
    await writeD4rl(dataset, path);
    return readFileSync(path);
  }

  it('that was cut off anywhere says how many bytes are missing', async () => {
    const whole = await wholeFile();
    const path = join(folder, 'cut.hdf5');
    for (const length of [96, 1000, Math.floor(whole.length / 2), whole.length - 1]) {
      writeFileSync(path, whole.subarray(0, length));
      await expect(readD4rl(path)).rejects.toMatchObject({
        code: 'truncated-file',
        message: expect.stringContaining(`Expected ${whole.length} bytes, received ${length}`),
      });
    }
  });

  it('with wrong bytes inside an array names the array', async () => {
    const whole = await wholeFile();
    const path = join(folder, 'wrong.hdf5');
    // Most of the file is gzip chunks; its middle is inside one.
    const middle = Math.floor(whole.length / 2);
    whole.fill(0xff, middle, middle + 5000);
    writeFileSync(path, whole);
    await expect(readD4rl(path)).rejects.toMatchObject({
      code: 'damaged-file',
      message: expect.stringMatching(/`(observations|actions|rewards)` cannot be read/),
    });
  });

  it.skipIf(process.platform !== 'linux')('is closed again', async () => {
    const open = readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/self/fd/${fd}`)];
      } catch {
        return []; // The descriptor of the listing itself.
      }
    });
    expect(open.filter((path) => path.startsWith(folder))).toEqual([]);
  });
});

describe('readD4rl, where episodes end', () => {
  const codes = async (path: string, options = {}) =>
    ((await readD4rl(path, options)).warnings ?? []).map(({ code }) => code);

  it('warns that a file has no timeouts, until it is told what that means', async () => {
    const path = await fileWith({ timeouts: undefined });
    const [warning] = (await readD4rl(path)).warnings!;
    expect(warning!.code).toBe('no-timeouts');
    expect(warning!.message).toContain('--max-episode-steps');
    expect(await codes(path, { maxEpisodeSteps: 2 })).toEqual([]);
    expect(await codes(path, { continuing: true })).toEqual([]);
    await expect(readD4rl(path, { maxEpisodeSteps: 0 })).rejects.toMatchObject({ code: 'out-of-range' });
  });

  it.each(['done', 'dones', 'truncations', 'is_last', 'episode_ends'])(
    'warns that %s marks ends which are not read',
    async (name) => {
      const path = await fileWith({ timeouts: undefined, [name]: flags(0, 1, 1, 0, 1) });
      const [warning] = (await readD4rl(path)).warnings!;
      expect(warning!.code).toBe('ends-not-read');
      expect(warning!.message).toContain(`\`${name}\``);
      expect(warning!.message).toContain('marks 2 of 5 rows');
      expect(await codes(path, { continuing: true })).toEqual([]);
    },
  );

  it('says nothing of another name that marks no other ends', async () => {
    expect(await codes(await fileWith({ dones: flags(0, 1, 0, 1, 0) }))).toEqual([]);
  });

  it('warns of a time limit that is not used, as the file has timeouts', async () => {
    expect(await codes(await fileWith({}), { maxEpisodeSteps: 2 })).toEqual(['limit-not-used']);
  });
});
