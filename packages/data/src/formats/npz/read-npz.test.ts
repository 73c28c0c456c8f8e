import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { fixturePath } from '../../../../../test/fixtures';
import { readDataset } from '../../read-dataset';
import { episodeReturns } from '../../returns';
import { parseNpy } from './parse-npy';

const folder = mkdtempSync(join(tmpdir(), 'lamo-npz-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Made by Python: `make.py` beside them. */
const made = (name: string) => fileURLToPath(new URL(`../../../test/formats/${name}.npz`, import.meta.url));

function write(bytes: Buffer): string {
  const path = join(folder, 'case.npz');
  writeFileSync(path, bytes);
  return path;
}

describe('readNpz', () => {
  it.each(['stored', 'deflated'])(
    'reads the arrays of D4RL, %s, in either order of columns and bytes',
    async (name) => {
      const dataset = await readDataset(made(name), { maxEpisodeSteps: 3 });
      expect(dataset).toMatchObject({ name, size: 4, observationSize: 2, actionSize: 1 });
      expect(Array.from(dataset.observations)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      expect(Array.from(dataset.rewards)).toEqual([0, 1, 2, 3]);
      expect(Array.from(dataset.terminated)).toEqual([0, 0, 0, 1]);
      expect(Array.from(dataset.truncated)).toEqual([0, 0, 1, 0]);
    },
  );

  it('reads a set of OGBench as its own loader does', async () => {
    const dataset = await readDataset(made('ogbench'));
    // Two trajectories of two steps; the third row of each is only what was observed last.
    expect(Array.from(dataset.observations)).toEqual([0, 1, 2, 3, 6, 7, 8, 9]);
    expect(Array.from(dataset.nextObservations!)).toEqual([2, 3, 4, 5, 8, 9, 10, 11]);
    expect(dataset.actions).toEqual(Float32Array.of(0, 0.1, 0.3, 0.4));
    expect(Array.from(dataset.rewards)).toEqual([0, 0, 0, 0]);
    expect(Array.from(dataset.terminated)).toEqual([0, 0, 0, 0]);
    expect(Array.from(dataset.truncated)).toEqual([0, 1, 0, 1]);
    expect(Array.from(dataset.infos.qpos!.data)).toEqual([0, 1, 2, 3, 4, 5, 9, 10, 11, 12, 13, 14]);
    expect(dataset.warnings).toMatchObject([{ code: 'no-rewards' }]);
    expect((await readDataset(made('ogbench'), { infos: false })).infos).toEqual({});
    await expect(readDataset(made('ogbench'), { continuing: true })).rejects.toMatchObject({
      code: 'option-not-used',
    });
  });

  it('names an array that has no numbers', async () => {
    await expect(readDataset(made('text'))).rejects.toThrow(
      /`observations` of .* unsupported type.*received <U1/,
    );
  });

  it('finds a changed byte by the checksum, and refuses what is cut off or claims too much', async () => {
    const bytes = readFileSync(made('stored'));
    const changed = Buffer.from(bytes);
    changed[300]! ^= 1;
    await expect(readDataset(write(changed))).rejects.toMatchObject({ code: 'damaged-file' });
    await expect(readDataset(write(bytes.subarray(0, 700)))).rejects.toMatchObject({ code: 'damaged-file' });
    const bomb = Buffer.from(readFileSync(made('deflated')));
    const entry = bomb.indexOf('PK\x01\x02', 0, 'latin1');
    bomb.writeUInt32LE(2 ** 30, entry + 24);
    await expect(readDataset(write(bomb))).rejects.toMatchObject({ code: 'damaged-file' });
  });

  it.each([
    ['no array', Buffer.from('hello there, hello')],
    ['a header that is too long', Buffer.from('\x93NUMPY\x01\0\xff\xff{}', 'latin1')],
    ['a header without a shape', Buffer.from("\x93NUMPY\x01\0\x10\0{'descr': '<f4'}", 'latin1')],
  ])('refuses %s', (_, bytes) => {
    expect(() => parseNpy('x.npz', 'a', bytes)).toThrow(expect.objectContaining({ code: 'damaged-file' }));
  });
});

const recorded = fixturePath('d4rl/halfcheetah-medium-sac-2.npz');

it.skipIf(recorded === undefined)(
  'recorded arrays are the first of those in the file that they were taken from',
  async () => {
    const dataset = await readDataset(recorded!);
    const card = JSON.parse(readFileSync(fixturePath('d4rl/halfcheetah-medium-sac.json')!, 'utf8'));
    expect(Array.from(dataset.episodeEnds)).toEqual([1000, 2000]);
    for (const [i, value] of episodeReturns(dataset).entries())
      expect(value).toBeCloseTo(card.returns_first10[i], 4);
  },
);
