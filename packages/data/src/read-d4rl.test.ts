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
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flags, floats, ROWS as rows, VALID as valid, writeCase } from '../test/d4rl-case';
import type { writeHdf5 } from '../test/write-hdf5';
import { createDataset } from './dataset';
import { readD4rl } from './read-d4rl';
import { writeD4rl } from './write-d4rl';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamo-d4rl-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fileWith = (changes: Parameters<typeof writeCase>[1]) => writeCase(folder, changes);

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
});

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
