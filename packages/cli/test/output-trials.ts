import { cpSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'vitest';

export const ENVIRONMENT = 'maze2d-umaze-v1';
export const training = ['bc', '--dataset', 'data.hdf5', '--steps', '20', '--hidden-size', '8'];
export const evaluation = ['--environment', ENVIRONMENT, '--episodes', '2', '--evaluate-every', '20'];
const text = ['--text', 'text.txt'];
const completions = ['--completions', 'a.jsonl'];
const tiny = ['--width', '8', '--layers', '1', '--heads', '1', '--vocabulary', '300', '--context', '8'];

/** How a command is tried. */
export interface Trial {
  /** What it is given. @param out a name for what it makes */
  readonly args: (out: string) => readonly string[];
  /** What programs learn. */
  readonly json: (out: string) => unknown;
  /** All that it says when it is to be quiet: an answer if it was asked for one, nothing if it makes files. */
  readonly answer: RegExp;
  /** Leaves for a second trial what the first has made, where making it takes seconds: paths of both. */
  readonly reuse?: (made: string, out: string) => void;
}

const numbers = (count: number) => Array.from({ length: count }, () => expect.any(Number));
const measured = { step: 20, environment: ENVIRONMENT, score: expect.any(Number) };
const played = { ...measured, returns: numbers(2), lengths: numbers(2) };
const NOTHING = /^$/;

/** Each policy of the quickstart: its score, no interval of its one episode, its steps, how long they took and how many a second. */
const QUICKSTART_ROWS = ['BC', 'TD3\\+BC', 'DT, target \\S+', 'LaMo, target \\S+'].map(
  (title) => `${title} +−?[\\d.]+ +– +1 +\\d+ +[\\d.]+ s +[\\d.,]+`,
);
const QUICKSTART_TABLE = `policy +last +95 % interval +episodes +steps +training +steps/s\n +score *\n[─ ]+\n${QUICKSTART_ROWS.join('\n')}\n`;
const QUICKSTART_TASKS = new RegExp(
  ['maze2d-umaze-v1', 'halfcheetah-v4'].map((name) => `${name}\n${QUICKSTART_TABLE}`).join('\n'),
);

/** Every command, by its name. */
export const trials: Readonly<Record<string, Trial>> = {
  quickstart: {
    args: (out) => ['--out', out, '--steps', '20', '--rows', '1500', '--episodes', '1'],
    json: (out) => ({
      ...{ folder: out, report: join(out, 'report.html') },
      tasks: {
        [ENVIRONMENT]: { rows: 1500, algorithms: { bc: { returns: numbers(1) } } },
        'halfcheetah-v4': { algorithms: { lamo: { score: expect.any(Number) } } },
      },
    }),
    answer: QUICKSTART_TASKS,
    // Without its summary it was stopped before its end: the second trial continues it, and has nothing left to train.
    reuse: (made, out) =>
      cpSync(made, out, {
        recursive: true,
        filter: (path) => basename(path) !== 'summary.json',
      }),
  },
  collect: {
    args: (out) => [ENVIRONMENT, '--rows', '200', '--out', `${out}.hdf5`],
    json: (out) => ({ file: `${out}.hdf5`, rows: 200, episodes: expect.any(Number), seed: 0 }),
    answer: NOTHING,
  },
  train: {
    args: (out) => [...training, ...evaluation, '--out', out],
    json: (out) => ({
      ...{ folder: out, policy: join(out, 'policy.onnx'), steps: 20, seed: 0, warnings: [] },
      metrics: { actorLoss: expect.any(Number) },
      evaluations: expect.arrayContaining([expect.objectContaining(played)]),
    }),
    answer: NOTHING,
  },
  evaluate: {
    args: () => ['run', '--episodes', '2'],
    json: () => ({ evaluations: [{ ...played, mean: expect.any(Number) }], spent: {} }),
    answer: /^BC after 20 steps, 2 episodes in .*\n {2}score .*\n$/,
  },
  report: {
    args: (out) => ['run', '--out', `${out}.html`],
    json: (out) => ({
      ...{ file: `${out}.html`, runs: ['run'] },
      results: expect.arrayContaining([
        expect.objectContaining({ policy: 'BC', unit: 'score', mean: expect.any(Number), episodes: 2 }),
      ]),
    }),
    answer: NOTHING,
  },
  view: {
    args: (out) => ['run', '--png', `${out}.png`],
    json: (out) => ({
      ...{ run: 'run', environment: ENVIRONMENT, step: 20, targetReturn: null, episode: 1, length: 300 },
      pictures: [{ file: `${out}.png`, width: 1800, height: 300, frames: 6 }],
    }),
    answer: NOTHING,
  },
  serve: {
    args: () => ['run', '--schema'],
    json: () => ({ 'POST /act': { request: { anyOf: expect.any(Array) } } }),
    answer: /^\{\n {2}"POST \/act": \{\n/,
  },
  data: {
    args: (out) => ['convert', 'data.hdf5', '--out', `${out}.hdf5`],
    json: (out) => ({
      path: 'data.hdf5',
      file: `${out}.hdf5`,
      rows: expect.any(Number),
      episodes: expect.any(Number),
    }),
    answer: NOTHING,
  },
  inspect: {
    args: () => ['run'],
    json: () => ({ algorithm: 'bc', step: 20, total: expect.any(Number), groups: {} }),
    answer:
      /^BC after 20 steps on data: observations of \d+ numbers?, actions of .*\ngroup .*\n.*\nactor .*\n\n.*not frozen\n\nA policy of bc, .*\nwhat .*\n[^\0]*\n$/,
  },
  pretrain: {
    args: (out) => [...text, ...tiny, '--steps', '4', '--out', out],
    json: (out) => ({
      ...{ folder: out, model: join(out, 'model'), steps: 4 },
      ...{ loss: expect.any(Number), perplexity: expect.any(Number) },
    }),
    answer: NOTHING,
  },
  tune: {
    args: (out) => ['nano', ...completions, '--steps', '2', '--out', out],
    json: (out) => ({
      ...{ folder: out, model: join(out, 'model'), steps: 2 },
      ...{ loss: expect.any(Number), perplexity: expect.any(Number) },
    }),
    answer: NOTHING,
  },
  judge: {
    args: () => ['nano', ...completions, '--samples', '2', '--tokens', '2', '--temperatures', '1'],
    json: () => ({ model: 'nano', temperatures: [{ temperature: 1, exact: expect.any(Number) }] }),
    answer: /^temperature .*\n.*\n.*\n1 .*\n2 texts for each of \d+ prompts?.*\n$/,
  },
  rewards: {
    args: () => ['nano', ...completions],
    json: () => ({ model: 'nano', examples: 8, meanOfToken: expect.any(Number), correlation: null }),
    answer: /^reward of a token .*\n$/,
  },
  export: {
    args: (out) => ['nano', '--out', out],
    json: (out) => ({ model: 'nano', folder: out }),
    answer: NOTHING,
  },
  perplexity: {
    args: () => ['nano', ...text, '--context', '16'],
    json: () => ({ model: 'nano', perplexity: expect.any(Number), loss: expect.any(Number), context: 16 }),
    answer: /^perplexity .*\n$/,
  },
  generate: {
    args: () => ['nano', '--prompt', 'The game', '--tokens', '3'],
    json: () => ({ prompt: 'The game', completion: expect.stringMatching(/./) }),
    answer: /^The game.+\n$/s,
  },
  list: {
    args: () => ['devices'],
    json: () => expect.arrayContaining([expect.objectContaining({ name: 'cpu' })]),
    answer: /^devices\nname .*\n.*\n(.+\n)+\n$/,
  },
  active: {
    args: (out) => [
      ...['run', 'integrator', '--pretrained', '1', '--pretraining-steps', '2', '--steps', '2'],
      ...['--rounds', '1', '--episodes', '1', '--out', out],
    ],
    json: (out) => ({ folder: out, rule: 'amf', rounds: [{ round: 0, asked: ['0°'], isWarmStart: true }] }),
    answer: /^return −?[\d.]+ after 1 round\n$/,
  },
  devices: {
    // Trying all of them takes a process each: once is enough.
    args: (out) => (out === 'devices-json' ? ['probe', 'cpu'] : []),
    json: () => ({ engine: 'onnxruntime', version: expect.any(String) }),
    answer: /^device +usable +what .*\n[─ ]+\n(.+\n)+$/,
  },
};
