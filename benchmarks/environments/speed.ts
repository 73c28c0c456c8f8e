/**
 * `pnpm bench:environments [--only NAME] [--batch N] [--rounds N] [--workers N]`: environment steps per second, of one environment beside
 * Gymnasium's, and of many that are split over workers beside one worker. Set LAMO_BENCH_PYTHON to a Python with gymnasium and mujoco.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type Environment, Rng } from '@lamo/core';
import { createEnvironment, evaluate, findEnvironment, median, randomPolicy } from '@lamo/eval';
import { type PythonServer, startPython } from '../../test/python-server';
import { startBusyThreads } from './busy-threads';

/** Ours and Gymnasium's. */
const GYMNASIUM: Readonly<Record<string, string>> = {
  'hopper-v5': 'Hopper-v5',
  'halfcheetah-v5': 'HalfCheetah-v5',
  'walker2d-v5': 'Walker2d-v5',
};

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'hopper-v5' },
    batch: { type: 'string', default: '64' },
    workers: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '9' },
  },
});
const name = values.only;
const workers = Number(values.workers);
const batch = Number(values.batch);
const { spec } = findEnvironment(name);

/** Steps of one measurement, or a few more. */
const STEPS = 4000;
/** What is measured: the number of steps per second, of about half a second. */
type Contender = () => Promise<number>;

const python = await startPython(new URL('./gymnasium_steps.py', import.meta.url), {
  args: [GYMNASIUM[name]!],
});
const environment = await createEnvironment(name);
const busy = startBusyThreads(workers);
const contenders: Record<string, Contender> = {
  one: async () => stepOne(environment),
  ...(python === undefined ? {} : { gymnasium: () => askGymnasium(python) }),
  here: splitOver(0),
  'worker 1': splitOver(1),
  [`workers ${workers}`]: splitOver(workers),
  'thread 1': () => busy.measure(1),
  [`threads ${workers}`]: () => busy.measure(workers),
};
const rates: Record<string, number[]> = Object.fromEntries(Object.keys(contenders).map((key) => [key, []]));
const before = loadavg()[0]!;
for (let round = -1; round < Number(values.rounds); round++) {
  for (const [key, measure] of Object.entries(contenders)) {
    const rate = await measure();
    if (round >= 0) rates[key]!.push(rate); // the first round warms up
  }
}
console.log(
  `${name} on ${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}; load ${before.toFixed(1)} to ${loadavg()[0]!.toFixed(1)}.`,
);
console.log(`Random actions, medians of ${values.rounds} interleaved rounds.\n`);
show('one environment, in steps/s', 'one');
if (python === undefined)
  console.log('  not compared with Gymnasium (LAMO_BENCH_PYTHON names a Python with it)');
else {
  const { gymnasium, mujoco } = python.greeting;
  show(`Gymnasium ${gymnasium} with MuJoCo ${mujoco}`, 'gymnasium');
  compare('ours ÷ Gymnasium', 'one', 'gymnasium');
}
show(`${batch} episodes side by side, in this thread`, 'here');
show('split over 1 worker', 'worker 1');
show(`split over ${workers} workers`, `workers ${workers}`);
compare(`${workers} workers ÷ 1`, `workers ${workers}`, 'worker 1');
compare(`what the machine gave to ${workers} busy threads ÷ 1`, `threads ${workers}`, 'thread 1');
python?.close();
await busy.end();
process.exit(); // ends the workers, too

function stepOne(environment: Environment): number {
  const rng = Rng.fromSeed(0);
  const actions = Float32Array.from({ length: STEPS * spec.actionSize }, () => rng.uniform(-1, 1));
  environment.reset(0);
  const start = performance.now();
  for (let i = 0; i < STEPS; i++) {
    const action = actions.subarray(i * spec.actionSize, (i + 1) * spec.actionSize);
    const { terminated, truncated } = environment.step(action);
    if (terminated || truncated) environment.reset();
  }
  return (STEPS / (performance.now() - start)) * 1000;
}

async function askGymnasium(server: PythonServer): Promise<number> {
  const { per_second } = await server.ask({ steps: STEPS });
  return per_second as number;
}

/** Plays on with one evaluation, so that no worker starts while it is timed: whole batches, and the same ones in each round. */
function splitOver(count: number): Contender {
  const options = { episodes: Number.POSITIVE_INFINITY, batch, workers: count };
  const episodes = evaluate(randomPolicy(spec), name, options);
  return async () => {
    const start = performance.now();
    let steps = 0;
    while (steps < STEPS) {
      for (let i = 0; i < batch; i++) steps += ((await episodes.next()).value as { length: number }).length;
    }
    return (steps / (performance.now() - start)) * 1000;
  };
}

function show(title: string, key: string): void {
  console.log(`${title}: ${median(rates[key]!).toFixed(0)}`);
}

/** Of the ratios of all rounds the median: what disturbs a round disturbs both. */
function compare(title: string, ours: string, theirs: string): void {
  const ratios = rates[ours]!.map((rate, round) => rate / rates[theirs]![round]!);
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(2));
  console.log(`  ${title}: ${median(ratios).toFixed(2)} (${least} to ${most} in single rounds)`);
}
