import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LamoError, Rng } from '@lamo/core';
import { afterAll, expect, it } from 'vitest';
import { readDataset } from '../read-dataset';

const folder = mkdtempSync(join(tmpdir(), 'lamo-damaged-formats-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Made by Python: `make.py` beside them. */
const made = fileURLToPath(new URL('../../test/formats', import.meta.url));

/** Changes a bit, a byte, a number of four bytes, or takes the end away; a case is the same whenever it is run. */
function damage(original: Buffer, rng: Rng): Buffer {
  const at = rng.integer(original.length);
  const bytes = Buffer.from(original);
  switch (rng.integer(4)) {
    case 0:
      bytes[at]! ^= 1 << rng.integer(8);
      return bytes;
    case 1:
      bytes[at] = rng.integer(256);
      return bytes;
    case 2:
      bytes.writeUInt32LE(
        [0, 1, 0x7fffffff, 0xffffffff, 0x10000][rng.integer(5)]!,
        Math.min(at, bytes.length - 4),
      );
      return bytes;
    default:
      return bytes.subarray(0, at);
  }
}

it.each([
  ['protocol-2.pkl', ''],
  ['protocol-5.pkl', ''],
  ['lists.pkl', ''],
  ['stored.npz', ''],
  ['deflated.npz', ''],
  ['ogbench.npz', ''],
  ['minari-hdf5', 'data/main_data.hdf5'],
  ['minari-hdf5', 'data/metadata.json'],
  ['minari-arrow', 'data/0/part-0.arrow'],
  ['minari-arrow', 'data/metadata.json'],
])('fifty times damaged, %s/%s is refused, or read as finite numbers', async (name, file) => {
  const copy = join(folder, name);
  cpSync(join(made, name), copy, { recursive: true });
  const path = join(copy, file);
  const original = readFileSync(path);
  for (let seed = 0; seed < 50; seed++) {
    writeFileSync(path, damage(original, Rng.fromSeed(seed)));
    try {
      const dataset = await readDataset(copy);
      const numbers = [...dataset.observations, ...dataset.actions, ...dataset.rewards];
      expect(numbers.every(Number.isFinite), `seed ${seed}`).toBe(true);
      expect(dataset.episodeEnds.at(-1), `seed ${seed}`).toBe(dataset.size);
    } catch (error) {
      if (!LamoError.isInstance(error)) throw new Error(`seed ${seed}`, { cause: error });
    }
  }
});
