/**
 * Language models as decision makers with much and with little data: LaMo beside its controls and the baselines, on all and on shares of
 * the episodes. Everything is made on the spot: data by `lamo collect`, backbones by `lamo pretrain`. Finished runs are kept in
 * `results/few-data`, so the study can be stopped, and gone on with anywhere.
 *
 * `pnpm exec tsx --conditions=@lamo/source benchmarks/learning/few-data.ts --task hopper-medium --text books --seeds 0,1,2,3,4`
 */
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Rng } from '@lamo/core';
import { episodeReturns, readD4rl, subsampleEpisodes, writeD4rl } from '@lamo/data';
import { mean, normalisedScore } from '@lamo/eval';
import { type FewDataRun, type FewDataSettings, sortRuns } from './few-data/results';
import { TASKS } from './few-data/tasks';
import { BOOKS, VARIANTS } from './few-data/variants';
import { findNamed } from './find-named';
import { readRuns, writeRuns } from './kept-runs';

const { values: options } = parseArgs({
  options: {
    task: { type: 'string', default: 'hopper-medium' },
    variants: { type: 'string', default: Object.keys(VARIANTS).join(',') },
    seeds: { type: 'string', default: '0,1,2,3,4' },
    ratios: { type: 'string', default: '1,0.1,0.01' },
    steps: { type: 'string', default: '1000' },
    /** Those of the algorithms on transitions, whose steps are much cheaper. */
    'transition-steps': { type: 'string', default: '5000' },
    /** Of pre-training, for backbones that are not shipped: as many as the shipped one has seen. */
    'pretraining-steps': { type: 'string', default: '5000' },
    parallel: { type: 'string', default: '2' },
    /** A folder of plain text, for the backbone that reads it in random order. */
    text: { type: 'string' },
    /** Where data, backbones and runs are made. */
    out: { type: 'string', default: 'runs/few-data' },
    results: { type: 'string', default: fileURLToPath(new URL('results/few-data', import.meta.url)) },
  },
});

/** The same for all sequence models: short windows and a short warm-up, for few steps on two cores. */
const SEQUENCES = '--context-length 5 --learning-rate 1e-3 --warmup-steps 100';

/** Sizes and training of the backbone that is shipped. */
const BACKBONES =
  '--layers 4 --width 128 --heads 4 --context 256 --dropout 0.1 --attention-dropout 0 --batch-size 8 --learning-rate 3e-3 --warmup-steps 200';

interface Job {
  readonly variant: string;
  readonly ratio: number;
  readonly seed: number;
  readonly folder: string;
}

const task = findNamed('task', TASKS, options.task!);
const out = join(options.out!, options.task!);
mkdirSync(out, { recursive: true });
mkdirSync(options.results!, { recursive: true });
const dataset = join(out, `${options.task}.hdf5`);
if (!existsSync(dataset))
  await lamo(['collect', task.environment, ...task.collect, '--out', dataset], dataset);
const settings = await findSettings();
const results = join(options.results!, `${options.task}.json`);
const runs = readRuns<FewDataSettings, FewDataRun>(results, settings);

const variants = options.variants!.split(',');
const queue: Job[] = numbers(options.seeds!)
  .flatMap((seed) =>
    numbers(options.ratios!).flatMap((ratio) =>
      variants.map((variant) => ({
        variant,
        ratio,
        seed,
        folder: join(out, `${variant}-${stepsOf(variant)}-${ratio}-s${seed}`),
      })),
    ),
  )
  .filter((job) => !runs.some((run) => isOf(run, job)));
const backbones = new Map<string, string>();
for (const variant of variants) await preparePretrained(variant);
for (const ratio of numbers(options.ratios!)) await prepareSubset(ratio);
await Promise.all(
  Array.from({ length: Number(options.parallel) }, async () => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      if (!existsSync(join(job.folder, 'policy.onnx'))) await train(job);
      runs.push(readRun(job));
      writeRuns(results, { settings, runs: sortRuns(runs, Object.keys(VARIANTS)) });
    }
  }),
);

function numbers(list: string): number[] {
  return list.split(',').map(Number);
}

function isOf(run: FewDataRun, { variant, ratio, seed }: Job): boolean {
  return run.variant === variant && run.ratio === ratio && run.seed === seed;
}

/** Gradient steps. */
function stepsOf(variant: string): string {
  const { isSequence } = findNamed('variant', VARIANTS, variant);
  return isSequence ? options.steps! : options['transition-steps']!;
}

async function findSettings(): Promise<FewDataSettings> {
  const data = await readD4rl(dataset);
  const returns = episodeReturns(data);
  return {
    task: options.task!,
    environment: task.environment,
    dataset: { rows: data.rewards.length, episodes: returns.length },
    behaviourScore: Number(normalisedScore(task.environment, mean(returns)).toFixed(2)),
    steps: Number(options.steps),
    transitionSteps: Number(options['transition-steps']),
    pretrainingSteps: Number(options['pretraining-steps']),
    sequences: [SEQUENCES, ...sequenceSettings()].join(' '),
    backbones: BACKBONES,
  };
}

function sequenceSettings(): string[] {
  const { target, returnScale, sequences = [] } = task;
  return ['--target-returns', String(target), '--return-scale', String(returnScale), ...sequences];
}

function fileOf(ratio: number): string {
  return ratio === 1 ? dataset : join(out, `${options.task}-${ratio}.hdf5`);
}

/** Writes one subset for each ratio, shared by all seeds, as in the paper. */
async function prepareSubset(ratio: number): Promise<void> {
  const file = fileOf(ratio);
  if (existsSync(file)) return;
  await writeD4rl(subsampleEpisodes(await readD4rl(dataset), ratio, Rng.fromSeed(0)), file);
}

/** Trains the backbone of a variant, as the one that is shipped was; seeds and tasks share it. */
async function preparePretrained(variant: string): Promise<void> {
  const { text } = findNamed('variant', VARIANTS, variant);
  if (text === undefined || queue.every((job) => job.variant !== variant)) return;
  const steps = options['pretraining-steps']!;
  const folder = join(options.out!, 'backbones', `${variant}-${steps}`);
  backbones.set(variant, folder);
  if (existsSync(join(folder, 'model', 'model.safetensors'))) return;
  if (text.includes(BOOKS) && options.text === undefined) throw new Error(`${variant} needs --text FOLDER`);
  mkdirSync(join(folder, '..'), { recursive: true });
  const source = text.map((word) => (word === BOOKS ? options.text! : word));
  const begun = existsSync(join(folder, 'manifest.json'));
  const fresh = ['--text', ...source, ...BACKBONES.split(' '), '--seed', '0', '--out', folder, '--overwrite'];
  await lamo(['pretrain', ...(begun ? ['--resume', folder] : fresh), '--steps', steps], folder);
}

/** Trains one run in a process of its own, on one thread. */
async function train({ variant, ratio, seed, folder }: Job): Promise<void> {
  const { train: chosen, isSequence } = VARIANTS[variant]!;
  const backbone = backbones.get(variant);
  const steps = stepsOf(variant);
  await lamo(
    [
      ...['train', ...chosen, '--dataset', fileOf(ratio), '--environment', task.environment],
      ...['--seed', String(seed), '--steps', steps, '--evaluate-every', String(Number(steps) / 4)],
      ...'--episodes 10 --threads 1 --log-every 100 --overwrite --out'.split(' '),
      folder,
      ...(isSequence ? [...SEQUENCES.split(' '), ...sequenceSettings()] : []),
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

function readRun({ variant, ratio, seed, folder }: Job): FewDataRun {
  const lines = readFileSync(join(folder, 'evaluations.jsonl'), 'utf8').trim().split('\n');
  const evaluations = lines.map((line) => {
    const { step, score, returns } = JSON.parse(line) as FewDataRun['evaluations'][number];
    const rounded = returns.map((value) => Number(value.toFixed(2)));
    return { step, score: Number(score.toFixed(3)), returns: rounded };
  });
  return { variant, ratio, seed, evaluations };
}
