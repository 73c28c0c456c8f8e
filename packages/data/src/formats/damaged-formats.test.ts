import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { LamoError, Rng } from '@lamo/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeLerobot } from '../../test/lerobot-set';
import { readDataset } from '../read-dataset';
import { writeParquet } from '../write-parquet';

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

/** Logs of one's own, and sets whose files are tables. */
async function makeTables(): Promise<void> {
  const rows = Array.from({ length: 12 }, (_, i) => ({
    ...{
      episode: Math.floor(i / 4),
      'observation.room': 18 + i / 2,
      'observation.sky': ['rain', 'sun'][i % 2]!,
    },
    ...{ action: (i % 5) / 4, reward: Math.sin(i), terminated: false, truncated: i % 4 === 3 },
  }));
  const csv = [Object.keys(rows[0]!), ...rows.map((row) => Object.values(row))].join('\n');
  writeFileSync(join(tables, 'log.csv'), csv);
  writeFileSync(join(tables, 'log.csv.gz'), gzipSync(csv));
  writeFileSync(join(tables, 'log.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
  await writeParquet(await readDataset(join(tables, 'log.csv')), join(tables, 'log.parquet'));
  writeLerobot(join(tables, 'lerobot'), { files: [2, 3] });
}

const tables = join(folder, 'tables');
beforeAll(async () => {
  mkdirSync(tables);
  await makeTables();
});

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
  ['log.csv', ''],
  ['log.csv.gz', ''],
  ['log.jsonl', ''],
  ['log.parquet', ''],
  ['lerobot', 'data/chunk-000/file-001.parquet'],
  ['lerobot', 'meta/info.json'],
])(
  'damaged in many ways, %s/%s is refused, or read as finite numbers',
  async (name, file) => {
    const copy = join(folder, name);
    cpSync(existsSync(join(made, name)) ? join(made, name) : join(tables, name), copy, { recursive: true });
    const path = join(copy, file);
    const original = readFileSync(path);
    // Each Parquet file is read by a process of its own, which takes a third of a second to start.
    const seeds = /lerobot|parquet/.test(name) ? 6 : 50;
    for (let seed = 0; seed < seeds; seed++) {
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
  },
  60_000,
);
