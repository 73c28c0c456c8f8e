import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { VALID, writeCase } from '../test/d4rl-case';
import { refuseUnused } from './formats/dataset-format';
import { readD4rl } from './read-d4rl';
import { readDataset } from './read-dataset';

const folder = mkdtempSync(join(tmpdir(), 'lamo-read-dataset-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, bytes: string | Buffer = ''): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

describe('readDataset', () => {
  it('reads a D4RL file as readD4rl does, whatever its name', async () => {
    const path = await writeCase(folder, { timeouts: undefined });
    const options = { maxEpisodeSteps: 2, name: 'case' };
    expect(await readDataset(path, options)).toEqual(await readD4rl(path, options));
  });

  it('leaves HDF5 that lacks an array to the reader of D4RL, which names it', async () => {
    const path = await writeCase(folder, { rewards: undefined });
    await expect(readDataset(path)).rejects.toMatchObject({ code: 'missing-key' });
    expect(VALID.rewards.data).toHaveLength(5);
  });

  it.each([
    ['rlds/features.json', 'RLDS'],
    ['rlds2/rows.tfrecord-00000-of-00002', 'RLDS'],
    ['saved/dataset_info.json', 'Hugging Face'],
    ['saved.zarr/0', 'Zarr'],
    ['atari/$store$_action_ckpt.0.gz', 'Dopamine'],
  ])('a folder with %s is %s, which is named and not read', async (name, format) => {
    await expect(readDataset(join(write(name), '..'))).rejects.toMatchObject({
      code: 'format-not-read',
      problem: expect.stringContaining(format),
      hint: expect.any(String),
    });
  });

  it.each([
    ['data.pt', 'PyTorch', 'x'],
    ['data.mat', 'MATLAB', 'MATLAB 5.0 MAT-file'],
    ['data.tfrecord', 'RLDS', 'x'],
  ])('%s is %s, which is named and not read', async (name, format, text) => {
    await expect(readDataset(write(name, text))).rejects.toMatchObject({
      code: 'format-not-read',
      problem: expect.stringContaining(format),
    });
  });

  it('says what something is that is no dataset, and what formats there are', async () => {
    await expect(readDataset(write('pointer', 'version https://git-lfs'))).rejects.toThrow(
      /Expected one of .*D4RL \(HDF5\).*received a Git LFS pointer\. Fetch the file itself/,
    );
    await expect(readDataset(write('page', 'hello'))).rejects.toThrow(/a file that starts with "hello"/);
    await expect(readDataset(join(write('some/a.one'), '..'))).rejects.toThrow(
      /received a folder with a\.one/,
    );
  });

  it('says that there is nothing, or nothing in it', async () => {
    await expect(readDataset(join(folder, 'gone'))).rejects.toMatchObject({ code: 'file-not-found' });
    await expect(readDataset(write('empty.hdf5'))).rejects.toMatchObject({ code: 'empty-file' });
  });

  it('refuses an option that a format cannot use, with the reason', () => {
    const format = {
      name: 'X',
      recognises: () => true,
      unused: { continuing: 'its episodes are stored apart' },
      read: readD4rl,
    };
    expect(() => refuseUnused(format, 'a.x', { continuing: true })).toThrow(
      /`continuing` means nothing for a\.x: its episodes are stored apart/,
    );
    const infos = { ...format, unused: { infos: 'it has none' } };
    expect(() => refuseUnused(infos, 'a.x', { infos: false })).toThrow(
      /`infos` \(--without-infos\) means nothing/,
    );
    expect(() => refuseUnused(format, 'a.x', { maxEpisodeSteps: 3 })).not.toThrow();
  });

  it('a table whose name ends otherwise is said to be told by its ending', async () => {
    await expect(readDataset(write('log.txt', 'episode,obs,action,reward\n1,2,3,4\n'))).rejects.toMatchObject(
      {
        code: 'unknown-format',
        hint: expect.stringMatching(/rename it \.csv/),
      },
    );
    const damaged = readDataset(write('log.dat', '\u0001\u0002episode,obs'));
    await expect(damaged).rejects.toMatchObject({ code: 'unknown-format', hint: undefined });
  });
});
