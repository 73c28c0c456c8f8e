/**
 * Language models as decision makers with much and with little data: LaMo beside its controls and the baselines, on all and on shares of
 * the episodes, each with the same number of steps. Everything is made on the spot: data by `lamo collect`, backbones by `lamo pretrain`. What is
 * finished is kept, so it can be stopped and started again; each start gathers all that is there.
 *
 * `pnpm exec tsx --conditions=@lamo/source benchmarks/learning/few-data.ts --task hopper-medium --ratios 1,0.1,0.01 --seeds 0,1,2,3,4`
 */
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Rng, writeFileAtomic } from '@lamo/core';
import { episodeReturns, readD4rl, subsampleEpisodes, writeD4rl } from '@lamo/data';
import { mean, normalisedScore } from '@lamo/eval';
import { TASKS } from './few-data/tasks';
import { BOOKS, VARIANTS } from './few-data/variants';
import { findNamed } from './find-named';

const { values: options } = parseArgs({
  options: {
    task: { type: 'string', default: 'halfcheetah-random-medium' },
    /** A D4RL file of the task, in place of what is collected for it. */
    dataset: { type: 'string' },
    variants: { type: 'string', default: Object.keys(VARIANTS).join(',') },
    steps: { type: 'string', default: '2000' },
    /** Those of the algorithms on transitions, whose steps are much cheaper. */
    'transition-steps': { type: 'string', default: '10000' },
    /** Of pre-training, for backbones that are not shipped. */
    'pretraining-steps': { type: 'string', default: '2000' },
    seeds: { type: 'string', default: '0,1,2' },
    ratios: { type: 'string', default: '1,0.1' },
    episodes: { type: 'string', default: '10' },
    parallel: { type: 'string', default: '2' },
    /** A folder of plain text, for backbones that read. */
    text: { type: 'string' },
    out: { type: 'string', default: 'runs/few-data' },
  },
});

/** The same for all sequence models: short windows and a short warm-up, for few steps on two cores. */
const SEQUENCES = '--context-length 5 --learning-rate 1e-3 --warmup-steps 200'.split(' ');

/** Sizes of the backbone that is shipped. */
const BACKBONE = '--layers 4 --width 128 --heads 4 --batch-size 8 --learning-rate 3e-3'.split(' ');

interface Run {
  readonly variant: string;
  readonly ratio: number;
  readonly seed: number;
  readonly folder: string;
}

const task = findNamed('task', TASKS, options.task!);
const name = options.dataset === undefined ? options.task! : basename(options.dataset, '.hdf5');
const out = join(options.out!, name);
mkdirSync(out, { recursive: true });
const dataset = options.dataset ?? join(out, `${name}.hdf5`);
if (!existsSync(dataset))
  await lamo(['collect', task.environment, ...task.collect, '--out', dataset], dataset);
const behaviourScore = normalisedScore(task.environment, mean(episodeReturns(await readD4rl(dataset))));

const files = new Map<number, string>();
for (const ratio of numbers(options.ratios!)) files.set(ratio, await subset(ratio));
const backbones = new Map<string, string>();
const variants = options.variants!.split(',');
for (const variant of variants) await preparePretrained(variant);

const all: Run[] = numbers(options.seeds!).flatMap((seed) =>
  [...files.keys()].flatMap((ratio) =>
    variants.map((variant) => {
      const folder = join(out, `${variant}-${stepsOf(variant)}-${ratio}-s${seed}`);
      return { variant, ratio, seed, folder };
    }),
  ),
);
const queue = [...all];
summarise();
await Promise.all(
  Array.from({ length: Number(options.parallel) }, async () => {
    for (let run = queue.shift(); run !== undefined; run = queue.shift()) {
      if (!existsSync(join(run.folder, 'policy.onnx'))) await train(run);
      summarise();
    }
  }),
);

function numbers(list: string): number[] {
  return list.split(',').map(Number);
}

/** Gradient steps. */
function stepsOf(variant: string): string {
  return VARIANTS[variant]!.isSequence ? options.steps! : options['transition-steps']!;
}

/** One subset for each ratio, shared by all seeds, as in the paper. */
async function subset(ratio: number): Promise<string> {
  if (ratio === 1) return dataset;
  const file = join(out, `${name}-${ratio}.hdf5`);
  if (!existsSync(file)) {
    await writeD4rl(subsampleEpisodes(await readD4rl(dataset), ratio, Rng.fromSeed(0)), file);
  }
  return file;
}

/** Trains the backbone of a variant, with the sizes of the one that is shipped; seeds share it. */
async function preparePretrained(variant: string): Promise<void> {
  const { text } = findNamed('variant', VARIANTS, variant);
  if (text === undefined) return;
  if (text.includes(BOOKS) && options.text === undefined) throw new Error(`${variant} needs --text FOLDER`);
  const steps = options['pretraining-steps']!;
  const folder = join(options.out!, 'backbones', `${variant}-${steps}`);
  backbones.set(variant, folder);
  if (existsSync(join(folder, 'model', 'model.safetensors'))) return;
  mkdirSync(join(folder, '..'), { recursive: true });
  const source = text.map((word) => (word === BOOKS ? options.text! : word));
  const begun = existsSync(join(folder, 'manifest.json'));
  const fresh = ['--text', ...source, '--out', folder, '--overwrite', ...BACKBONE];
  await lamo(['pretrain', ...(begun ? ['--resume', folder] : fresh), '--steps', steps], folder);
}

/** Trains one run in a process of its own, on one thread. */
async function train({ variant, ratio, seed, folder }: Run): Promise<void> {
  const { train: chosen, isSequence } = VARIANTS[variant]!;
  const backbone = backbones.get(variant);
  const steps = stepsOf(variant);
  await lamo(
    [
      ...['train', ...chosen, '--dataset', files.get(ratio)!, '--environment', task.environment],
      ...['--seed', String(seed), '--steps', steps, '--evaluate-every', String(Number(steps) / 4)],
      ...['--episodes', options.episodes!, ...'--threads 1 --log-every 100'.split(' ')],
      ...['--out', folder, '--overwrite'],
      ...(isSequence ? [...SEQUENCES, ...(task.sequences ?? [])] : []),
      ...(isSequence
        ? ['--target-returns', task.targets.join(','), '--return-scale', String(task.returnScale)]
        : []),
      ...(backbone === undefined ? [] : ['--backbone', join(backbone, 'model')]),
    ],
    folder,
  );
}

/** Runs `lamo` with its output in a file. @throws Error if it fails */
async function lamo(args: readonly string[], name: string): Promise<void> {
  const cli = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
  console.log(new Date().toISOString(), args.slice(0, 2).join(' '), name);
  const child = spawn(process.execPath, ['--conditions=@lamo/source', '--import=tsx', cli, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(`${name}.log`);
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`lamo ${args.join(' ')} ended with ${code}; see ${name}.log`);
}

/** Gathers the evaluations of all finished runs, returns and all. */
function summarise(): void {
  const finished = all.filter(({ folder }) => existsSync(join(folder, 'policy.onnx')));
  const runs = finished.map(({ variant, ratio, seed, folder }) => ({
    variant,
    ratio,
    seed,
    evaluations: readLines(join(folder, 'evaluations.jsonl')).map(({ lengths, seeds, ...rest }) => rest),
  }));
  const settings = {
    environment: task.environment,
    steps: Number(options.steps),
    sequences: SEQUENCES,
    behaviourScore,
  };
  writeFileAtomic(
    join(out, 'results.json'),
    `${JSON.stringify({ dataset: name, ...settings, runs }, null, 1)}\n`,
  );
}

function readLines(path: string): Record<string, unknown>[] {
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
