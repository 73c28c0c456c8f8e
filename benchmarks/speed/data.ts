/**
 * `pnpm bench:data [--rows N] [--rounds N]`: how long it takes to read a D4RL file of Hopper's size with gzip, beside h5py, each in a fresh process and in turn,
 * the file cached by the operating system; how much memory ours takes; how long it takes to open once it was prepared; and how many batches a second are drawn on
 * one core. Set
 * LAMO_BENCH_PYTHON to a Python with h5py.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type BatchSource, type ColumnArray, Rng } from '@lamo/core';
import {
  allocateBatch,
  createDataset,
  prepareDataset,
  sequenceSampler,
  transitionSampler,
  transitions,
  writeD4rl,
} from '@lamo/data';
import { median } from '@lamo/eval';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '5' } },
});
const [rows, rounds] = [Number(values.rows), Number(values.rounds)];
const [OBSERVED, ACTIONS, LENGTH] = [11, 3, 500];

/** Where programs run that import the package as others do. */
const DATA = fileURLToPath(new URL('../../packages/data', import.meta.url));

/** What one process took. */
interface Read {
  readonly seconds: number;
  readonly before: number;
  readonly peak: number;
}

/** As whoever installed the package runs it; the library for HDF5 is loaded before, as Python's is. */
const OURS = `
import { readFileSync } from 'node:fs';
import h5wasm from 'h5wasm/node';
import { readD4rl } from '@lamo/data';
await h5wasm.ready;
const before = process.memoryUsage().rss / 2 ** 20;
const start = performance.now();
const { size } = await readD4rl(process.argv[1]);
const seconds = (performance.now() - start) / 1000;
// The operating system's own count of a process starts at the peak of its parent.
const own = process.platform === 'linux' && /^VmHWM:\\s+(\\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
const peak = (own ? Number(own[1]) : process.resourceUsage().maxRSS) / 1024;
console.log(JSON.stringify({ seconds, before, peak, size }));
`;

async function compare(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lamo-bench-data-'));
  try {
    const path = join(folder, 'hopper.hdf5');
    const dataset = walk();
    await writeD4rl(dataset, path);
    // Observations, what follows them, actions, rewards: 32-bit; two flags.
    const numbers = dataset.size * (4 * (2 * OBSERVED + ACTIONS + 1) + 2);
    console.log(
      `${rows} rows, ${(statSync(path).size / 2 ** 20).toFixed(0)} MiB in gzip chunks, ${(numbers / 2 ** 20).toFixed(0)} MiB of numbers; medians of ${rounds}`,
    );
    compareReading(path, numbers / 2 ** 20);
    await prepareDataset(path, join(folder, 'prepared'));
    timeOpening(join(folder, 'prepared'));
    countBatches(
      'transition batches of 256',
      transitionSampler(transitions(dataset), { batchSize: 256, rng: Rng.fromSeed(0) }),
    );
    countBatches(
      'sequence batches 64 × 20',
      sequenceSampler(dataset, { batchSize: 64, contextLength: 20, rng: Rng.fromSeed(0) }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A walk of many numbers, rounded to 32 bits as a simulator's are: gzip makes about 0.9 of them. */
function walk() {
  const rng = Rng.fromSeed(0);
  const fill = (width: number, step: number) => {
    const data = new Float32Array(rows * width);
    for (let i = 0; i < data.length; i++)
      data[i] = (i < width ? 0 : data[i - width]! * 0.99) + step * rng.normal();
    return data;
  };
  const observations = fill(OBSERVED, 0.1);
  const nextObservations = new Float32Array(observations.length);
  nextObservations.set(observations.subarray(OBSERVED));
  return createDataset({
    ...{ observations, nextObservations, observationSize: OBSERVED, actionSize: ACTIONS },
    actions: fill(ACTIONS, 0.1),
    rewards: fill(1, 0.1),
    terminated: new Uint8Array(rows),
    truncated: Uint8Array.from({ length: rows }, (_, row) => Number(row % LENGTH === LENGTH - 1)),
  });
}

/** Every column is read and compared with its checksum. */
const OPEN = `
import { readDataset } from '@lamo/data';
const start = performance.now();
await readDataset(process.argv[1]);
console.log(performance.now() - start);
`;

function timeOpening(prepared: string): void {
  const times = Array.from({ length: rounds }, () =>
    Number(
      execFileSync(process.execPath, ['--input-type=module', '-e', OPEN, prepared], { cwd: DATA }).toString(),
    ),
  );
  console.log(`  prepared, it opens in ${median(times).toFixed(0)} ms`);
}

/** As D4RL's own `get_dataset`: every array, whole. */
const PYTHON = `
import json, sys, time, h5py
start = time.perf_counter()
with h5py.File(sys.argv[1], 'r') as file:
    data = {key: file[key][()] for key in ('observations', 'next_observations', 'actions', 'rewards', 'terminals', 'timeouts')}
print(json.dumps({'seconds': time.perf_counter() - start, 'size': len(data['rewards']), 'version': h5py.__version__}))
`;

function compareReading(path: string, megabytes: number): void {
  const python = process.env.LAMO_BENCH_PYTHON ?? 'python3';
  const ours: Read[] = [];
  const theirs: { readonly seconds: number; readonly version: string }[] = [];
  let reason: string | undefined;
  for (let round = 0; round < rounds; round++) {
    ours.push(
      JSON.parse(
        execFileSync(process.execPath, ['--input-type=module', '-e', OURS, path], { cwd: DATA }).toString(),
      ),
    );
    if (reason !== undefined) continue;
    try {
      const output = execFileSync(python, ['-c', PYTHON, path], { stdio: ['ignore', 'pipe', 'ignore'] });
      theirs.push(JSON.parse(output.toString()));
    } catch {
      reason = `${python} has no h5py: LAMO_BENCH_PYTHON names another`;
    }
  }
  const seconds = median(ours.map((read) => read.seconds));
  const grown = median(ours.map(({ before, peak }) => peak - before));
  console.log(
    `  lamo ${seconds.toFixed(2)} s; memory grows by at most ${grown.toFixed(0)} MiB, the numbers × ${(grown / megabytes).toFixed(2)}`,
  );
  if (theirs.length === 0) {
    console.log(`  not compared with h5py (${reason})`);
    return;
  }
  const peer = median(theirs.map((read) => read.seconds));
  console.log(
    `  h5py ${theirs[0]!.version} ${peer.toFixed(2)} s; ours takes ${(seconds / peer).toFixed(2)} times as long`,
  );
}

/** How many batches a second a source draws, for two seconds. */
function countBatches(what: string, source: BatchSource): void {
  const batch = allocateBatch(source) as Record<string, ColumnArray>;
  for (let i = 0; i < 200; i++) source.next(batch);
  const start = performance.now();
  let drawn = 0;
  while (performance.now() - start < 2000) {
    for (let i = 0; i < 50; i++) source.next(batch);
    drawn += 50;
  }
  console.log(`  ${what}: ${Math.round((1000 * drawn) / (performance.now() - start))} a second`);
}

await compare();
