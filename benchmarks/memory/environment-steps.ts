/**
 * `environment-steps [--only NAME] [--steps N] [--workers N]`: memory of a process that plays so many steps in episodes of a random
 * policy. Fails if it grows by more than 5 % after the first tenth.
 */
import { memoryUsage } from 'node:process';
import { parseArgs } from 'node:util';
import { evaluate, findEnvironment, randomPolicy } from '@lamo/eval';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'hopper-v5' },
    steps: { type: 'string', default: '1_000_000' },
    workers: { type: 'string', default: '0' },
  },
});
const [name, total, workers] = [
  values.only,
  Number(values.steps.replaceAll('_', '')),
  Number(values.workers),
];
const MOST_GROWTH = 1.05;

const seen: number[] = [];
let steps = 0;
const options = { episodes: Number.POSITIVE_INFINITY, batch: 64, workers };
for await (const { length } of evaluate(randomPolicy(findEnvironment(name).spec), name, options)) {
  steps += length;
  if (steps < ((seen.length + 1) * total) / 10) continue;
  seen.push(memoryUsage.rss() / 2 ** 20);
  console.log(`${steps} steps of ${name}: ${seen.at(-1)!.toFixed(1)} MiB resident`);
  if (steps >= total) break;
}
const growth = Math.max(...seen) / seen[0]!;
console.log(`at most ${growth.toFixed(3)} times the memory of the first tenth; ${MOST_GROWTH} is allowed`);
process.exitCode = growth <= MOST_GROWTH ? 0 : 1;
