/**
 * `pnpm bench:seeds [--algorithm NAME] [--seeds N] [--parallel N] [--rounds N]`: steps per second of several seeds at
 * the same time, as `lamo train --seeds` trains them, against those of one seed alone.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { algorithms } from '@lamo/algos';
import { median } from '@lamo/eval';

/** A process that trains one seed. */
interface Seed {
  take(steps: number): Promise<void>;
  end(): void;
}

const { values } = parseArgs({
  options: {
    algorithm: { type: 'string', default: 'td3-bc' },
    seeds: { type: 'string', default: '4' },
    parallel: { type: 'string', default: String(availableParallelism()) },
    rounds: { type: 'string', default: '9' },
  },
});
const { algorithm } = values;
if (!algorithms.has(algorithm)) {
  console.error(`No algorithm is named '${algorithm}'. There are: ${[...algorithms.keys()].join(', ')}.`);
  process.exit(2);
}
const count = Number(values.seeds);
const parallel = Math.min(Number(values.parallel), count);

/** Aim of one measurement of one seed in seconds. */
const SLICE = 2;
/** Steps are taken in portions that this is a multiple of. */
const PORTION = 40;

const alone = startSeed();
const together = Array.from({ length: count }, () => startSeed(1));
for (const seed of [alone, ...together]) await seed.take(100); // warm-up
const steps = Math.ceil((SLICE * (await stepsPerSecond([alone], 1, 200))) / PORTION) * PORTION;

console.log(
  `${algorithm} on ${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}. Medians of ${values.rounds} interleaved rounds.\n`,
);
const rates: { one: number; all: number }[] = [];
for (let round = 0; round < Number(values.rounds); round++) {
  rates.push({
    one: await stepsPerSecond([alone], 1, steps),
    all: await stepsPerSecond(together, parallel, steps),
  });
}
for (const seed of [alone, ...together]) seed.end();

const one = median(rates.map((rate) => rate.one));
const all = median(rates.map((rate) => rate.all));
const ratios = rates.map((rate) => rate.all / rate.one);
console.log(`one seed alone: ${one.toFixed(0)} steps/s, with as many threads as are fastest`);
console.log(`${count} seeds, ${parallel} at a time, one thread each: ${all.toFixed(0)} steps/s in all`);
console.log(
  `ratio ${(all / one).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)} in single rounds)`,
);

/** The child runs under the same loader as this process. */
function startSeed(threads?: number): Seed {
  const script = fileURLToPath(new URL('./seed.ts', import.meta.url));
  const child = fork(script, [algorithm, ...(threads === undefined ? [] : [String(threads)])]);
  child.on('exit', (code) => {
    if (code) process.exit(code);
  });
  return {
    async take(steps) {
      child.send(steps);
      await once(child, 'message');
    },
    end: () => child.disconnect(),
  };
}

/** Lets all seeds take some steps, so many seeds at a time. */
async function stepsPerSecond(seeds: readonly Seed[], lanes: number, steps: number): Promise<number> {
  const queue = seeds.values();
  const start = performance.now();
  const lane = async () => {
    for (const seed of queue) await seed.take(steps);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return (seeds.length * steps) / ((performance.now() - start) / 1000);
}
