/**
 * Every algorithm on a log as users have them, with default settings: temperatures in °C, a heater's power in 0 … 3 kW. Prints
 * a table of mean returns beside the log's own.
 *
 * `pnpm exec tsx --conditions=@lamo/source benchmarks/learning/own-data.ts [--steps N] [--only NAME,NAME] [--threads N] [--as-logged]`
 */
import { parseArgs } from 'node:util';
import { algorithms, algorithmsOf, datasetKind, train } from '@lamo/algos';
import { episodeReturns } from '@lamo/data';
import { evaluate, mean } from '@lamo/eval';
import { openDevice } from '@lamo/runtime';
import { HEATER, thermostat, thermostatLog } from './thermostat';

const { values: options } = parseArgs({
  options: {
    steps: { type: 'string', default: '5000' },
    episodes: { type: 'string', default: '50' },
    seed: { type: 'string', default: '0' },
    only: { type: 'string' },
    threads: { type: 'string' },
    /** Leaves observations as they are, which was the default of some. */
    'as-logged': { type: 'boolean', default: false },
  },
});

const device = await openDevice(
  'cpu',
  options.threads === undefined ? {} : { threads: Number(options.threads) },
);
const log = thermostatLog();
const names = options.only?.split(',') ?? [...algorithmsOf(datasetKind, 'policy').keys()];
console.log(`| algorithm | mean return after ${options.steps} steps | seconds |\n|---|---|---|`);
console.log(`| the log | ${mean(episodeReturns(log)).toFixed(0)} | |`);
for (const name of names) {
  const algorithm = algorithms.get(name)!;
  const config = {
    actionLow: HEATER.low,
    actionHigh: HEATER.high,
    ...(options['as-logged'] ? { normaliseObservations: false } : {}),
  };
  const started = performance.now();
  const steps = Number(options.steps);
  const run = await train(algorithm, log, {
    steps,
    config,
    device,
    seed: Number(options.seed),
    every: steps,
  });
  for await (const _ of run);
  const seconds = (performance.now() - started) / 1000;
  const policy = await run.result();
  const returns: number[] = [];
  for await (const episode of evaluate(policy, thermostat, { episodes: Number(options.episodes) })) {
    returns.push(episode.return);
  }
  console.log(`| ${algorithm.title} | ${mean(returns).toFixed(0)} | ${seconds.toFixed(0)} |`);
  await policy.dispose();
  await run.dispose();
}
