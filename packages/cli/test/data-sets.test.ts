import { mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addressOf, listen, sendFile } from '../../../test/hub-server';
import { expectRefusal } from './lamo';
import { lamoHere, lamoSucceedsHere } from './lamo-here';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'lamo-data-sets-'));
const NAME = 'maze2d-umaze-v1';
const train = ['train', 'bc', '--dataset', NAME, '--steps', '4', '--hidden-size', '8', '--out', 'run'];
let server: Server;
let mirror: string;

beforeAll(async () => {
  await lamoSucceedsHere(['collect', NAME, '--rows', '2000', '--out', 'made.hdf5'], folder);
  const body = readFileSync(join(folder, 'made.hdf5'));
  server = await listen((request, response) => {
    sendFile(request, response, request.url === '/maze2d/maze2d-umaze-sparse-v1.hdf5' ? body : undefined);
  });
  mirror = addressOf(server);
  vi.stubEnv('D4RL_DATASET_DIR', join(folder, 'd4rl'));
  vi.stubEnv('MINARI_DATASETS_PATH', join(folder, 'minari'));
});

afterAll(() => {
  vi.unstubAllEnvs();
  server.close();
  rmSync(folder, { recursive: true });
});

describe('a data set by its name', () => {
  it('is not fetched unasked', async () => {
    expectRefusal(
      await lamoHere(train, folder),
      /maze2d-umaze-v1 of D4RL is not on this machine.*lamo data download maze2d-umaze-v1/,
    );
    expectRefusal(
      await lamoHere(['data', 'describe', 'hopper-medium-v2'], folder),
      /hopper-medium-v2.*lamo data download hopper-medium-v2 \(153 MB\)/,
    );
  });

  it('is told from a run by its name alone', async () => {
    expectRefusal(
      await lamoHere(['inspect', 'hopper-medium-v2'], folder),
      /hopper-medium-v2.*lamo data download hopper-medium-v2 \(153 MB\)/,
    );
    expectRefusal(
      await lamoHere(['inspect', 'runs/hopper-v2'], folder),
      /no run in the folder 'runs\/hopper-v2'/,
    );
  });

  it('is fetched, listed, checked, described and learned from', async () => {
    const fetched = await lamoSucceedsHere(['data', 'download', NAME, '--mirror', mirror], folder);
    expect(fetched.stdout).toContain('nobody published a hash of it');
    const listed = await lamoSucceedsHere(['data', 'list', '--here', '--json'], folder);
    expect(JSON.parse(listed.stdout)).toMatchObject([{ name: NAME, source: 'D4RL', isHere: true }]);
    const verified = await lamoSucceedsHere(['data', 'verify', NAME, 'made.hdf5', '--json'], folder);
    const [named, made] = JSON.parse(verified.stdout);
    expect(named).toMatchObject({ isPublished: null, rows: 2000, hash: made.hash });
    const described = await lamoSucceedsHere(['data', 'describe', NAME, '--json'], folder);
    expect(JSON.parse(described.stdout)).toMatchObject({ rows: 2000 });
    const inspected = await lamoSucceedsHere(
      ['inspect', NAME, '--max-episode-steps', '300', '--json'],
      folder,
    );
    expect(JSON.parse(inspected.stdout)).toMatchObject({ rows: 2000 });
    await lamoSucceedsHere(train, folder);
    const manifest = JSON.parse(readFileSync(join(folder, 'run', 'manifest.json'), 'utf8'));
    expect(manifest.dataset.path).toBe(join(folder, 'd4rl', 'maze2d-umaze-sparse-v1.hdf5'));
    await lamoSucceedsHere(['train', '--resume', 'run', '--steps', '8'], folder);
  });

  it('is subsampled by whole episodes, the same ones for a seed', async () => {
    const sample = (out: string, ...more: string[]) =>
      lamoSucceedsHere(
        ['data', 'subsample', NAME, '--ratio', '0.5', '--out', out, ...more, '--json'],
        folder,
      );
    const { episodes } = JSON.parse((await sample('half.hdf5')).stdout);
    await sample('again.hdf5');
    await sample('other.hdf5', '--seed', '1');
    const { stdout } = await lamoSucceedsHere(
      ['data', 'verify', 'made.hdf5', 'half.hdf5', 'again.hdf5', 'other.hdf5', '--json'],
      folder,
    );
    const [whole, half, again, other] = JSON.parse(stdout);
    expect(episodes).toBe(Math.floor(whole.episodes / 2));
    expect(again.hash).toBe(half.hash);
    expect(other.hash).not.toBe(half.hash);
    expectRefusal(
      await lamoHere(['data', 'subsample', NAME, '--ratio', '1.5', '--out', 'x.hdf5'], folder),
      /--ratio must be a number above 0 and at most 1\. Received 1\.5/,
    );
  });

  it('is written as a table and as a set of Minari, which are read again as it was', async () => {
    const convert = (out: string, ...more: string[]) =>
      lamoHere(['data', 'convert', NAME, '--out', out, ...more], folder);
    expect((await convert('table.parquet')).code).toBe(0);
    expectRefusal(await convert('set', '--format', 'minari'), /nobody logged that.*--repeat-last/);
    expect((await convert('set', '--format', 'minari', '--repeat-last')).code).toBe(0);
    const { stdout } = await lamoSucceedsHere(
      ['data', 'verify', NAME, 'table.parquet', 'set', '--json'],
      folder,
    );
    const [whole, ...others] = JSON.parse(stdout);
    for (const { rows, episodes } of others) expect([rows, episodes]).toEqual([whole.rows, whole.episodes]);
    for (const [out, ...more] of [
      ['x'],
      ['x.csv'],
      ['x.parquet', '--format', 'd4rl'],
      ['x.hdf5', '--repeat-last'],
    ])
      expect((await convert(out!, ...more)).code, out).toBe(2);
  });

  it('is refused by verify once it is damaged', async () => {
    truncateSync(join(folder, 'd4rl', 'maze2d-umaze-sparse-v1.hdf5'), 1000);
    const { code, stderr } = await lamoHere(['data', 'verify', NAME], folder);
    expect(code).not.toBe(0);
    expect(stderr).toContain('maze2d-umaze-sparse-v1.hdf5');
  });

  it('does not keep others from being verified that is bad', async () => {
    const { code, stdout, stderr } = await lamoHere(
      ['data', 'verify', NAME, 'made.hdf5', 'none.hdf5'],
      folder,
    );
    expect(code).toBe(1);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^maze2d-umaze-v1: error: .*maze2d-umaze-sparse-v1\.hdf5/);
    expect(lines[1]).toMatch(/^made\.hdf5: no hash was published; 2,000 rows/);
    expect(lines[2]).toMatch(/^none\.hdf5: error: .*none\.hdf5 does not exist/);
    expect(stderr).toMatch(
      /2 of 3 are not what they should be, or cannot be read: maze2d-umaze-v1, none\.hdf5/,
    );
    const json = await lamoHere(['data', 'verify', 'made.hdf5', 'none.hdf5', '--json'], folder);
    expect(JSON.parse(json.stdout)).toMatchObject([{ rows: 2000 }, { error: { code: 'file-not-found' } }]);
    expect(json.code).toBe(1);
  });

  it.runIf(process.platform === 'linux')('is not fetched to where no folder can be made', async () => {
    vi.stubEnv('D4RL_DATASET_DIR', '/proc/lamo');
    const refused = await lamoHere(['data', 'download', NAME, '--mirror', mirror], folder);
    vi.stubEnv('D4RL_DATASET_DIR', join(folder, 'd4rl'));
    expectRefusal(refused, /\/proc\/lamo cannot be made/);
  });

  it('is refused where there is none of this name, before any is fetched', async () => {
    const both = await lamoHere(
      ['data', 'download', 'maze2d-large-v1', 'maze3d', '--mirror', mirror],
      folder,
    );
    expectRefusal(both, /No data set is called 'maze3d'/);
    const refused = await lamoHere(['data', 'download', 'maze2d-large-v1', '--mirror', mirror], folder);
    expectRefusal(refused, /does not give out maze2d-large-v1.*received status 404/);
  });
});
