/**
 * Language models as decision makers with much and with little data: DT, Wiki-RL, LaMo, and LaMo from random weights, on
 * all and on a tenth of the episodes of a D4RL file, each with the same number of steps. Runs that are finished are kept,
 * so it can be stopped and started again.
 *
 * `pnpm exec tsx --conditions=@lamo/source benchmarks/learning/few-data.ts --dataset FILE --environment hopper-v4`
 */
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Rng, writeFileAtomic } from '@lamo/core';
import { episodeReturns, readD4rl, subsampleEpisodes, writeD4rl } from '@lamo/data';
import { mean, normalisedScore } from '@lamo/eval';

const { values: options } = parseArgs({
  options: {
    dataset: { type: 'string' },
    environment: { type: 'string', default: 'hopper-v4' },
    targets: { type: 'string', default: '1800,3600' },
    steps: { type: 'string', default: '2000' },
    seeds: { type: 'string', default: '0,1,2' },
    ratios: { type: 'string', default: '1,0.1' },
    parallel: { type: 'string', default: '2' },
    out: { type: 'string', default: 'runs/few-data' },
  },
});

/** The same everywhere: short windows and a short warm-up, for few steps on two cores. */
const SHARED = ['--context-length', '5', '--learning-rate', '1e-3', '--warmup-steps', '200'];

/** Columns of the table. */
const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  dt: ['dt'],
  'wiki-rl': ['wiki-rl'],
  lamo: ['lamo'],
  'lamo-random': ['lamo', '--no-pretrained'],
};

interface Run {
  readonly variant: string;
  readonly ratio: number;
  readonly seed: number;
  readonly folder: string;
}

const steps = Number(options.steps);
const out = options.out!;
if (options.dataset === undefined) throw new Error('say --dataset FILE, a D4RL file');
mkdirSync(out, { recursive: true });
const behaviour = mean(episodeReturns(await readD4rl(options.dataset)));
const behaviourScore = normalisedScore(options.environment!, behaviour);
const files = new Map<number, string>();
for (const ratio of numbers(options.ratios!)) files.set(ratio, await subset(options.dataset, ratio));

const queue: Run[] = numbers(options.seeds!).flatMap((seed) =>
  [...files.keys()].flatMap((ratio) =>
    Object.keys(VARIANTS).map((variant) => ({
      variant,
      ratio,
      seed,
      folder: join(out, `${variant}-${ratio}-s${seed}`),
    })),
  ),
);
const all = [...queue];
await Promise.all(
  Array.from({ length: Number(options.parallel) }, async () => {
    for (let run = queue.shift(); run !== undefined; run = queue.shift()) {
      if (!existsSync(join(run.folder, 'policy.onnx'))) await start(run);
      summarise();
    }
  }),
);

function numbers(list: string): number[] {
  return list.split(',').map(Number);
}

/** One subset for each ratio, shared by all seeds, as in the paper. */
async function subset(path: string, ratio: number): Promise<string> {
  if (ratio === 1) return path;
  const file = join(out, `${basename(path, '.hdf5')}-${ratio}.hdf5`);
  if (!existsSync(file)) {
    await writeD4rl(subsampleEpisodes(await readD4rl(path), ratio, Rng.fromSeed(0)), file);
  }
  return file;
}

/** Trains one run in a process of its own, on one thread. */
function start({ variant, ratio, seed, folder }: Run): Promise<void> {
  const cli = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
  const args = [
    ...['--conditions=@lamo/source', '--import=tsx', cli, 'train', ...VARIANTS[variant]!],
    ...['--dataset', files.get(ratio)!, '--environment', options.environment!, '--seed', String(seed)],
    ...['--steps', String(steps), '--evaluate-every', String(steps / 4), '--episodes', '10'],
    ...['--target-returns', options.targets!, '--return-scale', '1000', '--threads', '1'],
    ...[...SHARED, '--log-every', '100', '--out', folder, '--overwrite'],
  ];
  console.log(new Date().toISOString(), folder);
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const log = createWriteStream(`${folder}.log`);
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

/** Gathers the evaluations of all finished runs, returns and all. */
function summarise(): void {
  const finished = all.filter(({ folder }) => existsSync(join(folder, 'policy.onnx')));
  const runs = finished.map(({ variant, ratio, seed, folder }) => ({
    variant,
    ratio,
    seed,
    evaluations: readLines(join(folder, 'evaluations.jsonl')).map(({ lengths, seeds, ...rest }) => rest),
    metrics: readLines(join(folder, 'metrics.jsonl')).map(({ step, metrics }) => ({
      step,
      loss: (metrics as Record<string, number>).loss ?? (metrics as Record<string, number>).actionLoss,
    })),
  }));
  const { targets, environment } = options;
  const settings = { environment, steps, targets, shared: SHARED, behaviourScore };
  const dataset = basename(options.dataset!);
  writeFileAtomic(join(out, 'results.json'), `${JSON.stringify({ dataset, ...settings, runs }, null, 1)}\n`);
}

function readLines(path: string): Record<string, unknown>[] {
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
