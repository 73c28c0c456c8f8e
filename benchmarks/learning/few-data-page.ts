import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mean, probabilityOfImprovement } from '@lamo/eval';
import type { FewDataResults, FewDataRun } from './few-data/results';
import { VARIANTS } from './few-data/variants';
import { markdownTable } from './markdown-table';
import { meanWithInterval } from './mean-with-interval';

const RESULTS = fileURLToPath(new URL('results/few-data', import.meta.url));

/** Pages of docs/generated, by name: none before there is a result. */
export const fewDataPages: Readonly<Record<string, () => string>> = existsSync(RESULTS)
  ? { 'few-data.md': () => fewDataPage(readAll(RESULTS)) }
  : {};

function readAll(folder: string): FewDataResults[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as FewDataResults);
}

const HEAD = `# Language models with few data

LaMo, its controls and the baselines on all and on shares of the episodes. A score is the mean of the evaluations in the last half of a
training, ten episodes each; 0 is a random policy and 100 D4RL's expert. Given are the mean over seeds, its 95 % interval (percentile bootstrap over
seeds) where there are three seeds or more, and how many seeds there are. All evaluations, returns and settings:
[benchmarks/learning/results/few-data](../../benchmarks/learning/results/few-data). \`pnpm run docs\` writes this page from them.`;

/** Writes the page: a table for each task, and how often LaMo is better than each of the others over all tasks. */
export function fewDataPage(results: readonly FewDataResults[]): string {
  return `${[HEAD, ...results.map(section), comparison(results)].join('\n\n')}\n`;
}

function section({ settings, runs }: FewDataResults): string {
  const { task, environment, dataset, behaviourScore } = settings;
  const ratios = valuesOf(runs, 'ratio');
  const facts =
    `${formatCount(dataset.rows)} rows, ${formatCount(dataset.episodes)} episodes with a mean score of ${formatScore(behaviourScore)}, ` +
    `evaluated in \`${environment}\`. ${formatCount(settings.steps)} steps of sequence models ` +
    `(\`${settings.sequences}\`), ${formatCount(settings.transitionSteps)} of the others.`;
  const rows = variantsOf(runs).map((variant) => [
    VARIANTS[variant]!.title,
    ...ratios.map((ratio) => cell(scoresOf(runs, variant, ratio))),
  ]);
  return [`## ${task}`, facts, markdownTable(['', ...ratios.map(formatShare)], rows)].join('\n\n');
}

function cell(scores: readonly number[]): string {
  if (scores.length === 0) return '';
  const count = `${scores.length} ${scores.length === 1 ? 'seed' : 'seeds'}`;
  return `${meanWithInterval(scores, 1)} (${count})`;
}

/** Tasks and shares of the data count alike; only those where both have runs count. */
function comparison(results: readonly FewDataResults[]): string {
  const cells = results.flatMap(({ runs }) => valuesOf(runs, 'ratio').map((ratio) => ({ runs, ratio })));
  const rows = Object.keys(VARIANTS).flatMap((variant) => {
    if (variant === 'lamo') return [];
    const pairs = cells
      .map(({ runs, ratio }) => [scoresOf(runs, 'lamo', ratio), scoresOf(runs, variant, ratio)] as const)
      .filter((pair) => pair.every(({ length }) => length > 0));
    if (pairs.length === 0) return [];
    const own = pairs.map(([scores]) => scores);
    const other = pairs.map(([, scores]) => scores);
    const gap = mean(pairs.map(([x, y]) => mean(x) - mean(y)));
    const { probability, low, high } = probabilityOfImprovement(own, other);
    const share = [probability, low, high].map((value) => value.toFixed(2));
    return [
      [VARIANTS[variant]!.title, `${share[0]} [${share[1]}, ${share[2]}]`, signed(gap), `${pairs.length}`],
    ];
  });
  const words =
    'How often a run of LaMo scores higher than a run of another (probability of improvement, its 95 % interval by stratified ' +
    'bootstrap; ½ is a draw), and by how much in the mean. A cell is a task with a share of its data; cells count alike.';
  return [
    '## LaMo against the others',
    words,
    markdownTable(['', 'LaMo is better', 'by', 'cells'], rows),
  ].join('\n\n');
}

function scoresOf(runs: readonly FewDataRun[], variant: string, ratio: number): number[] {
  return runs.filter((run) => run.variant === variant && run.ratio === ratio).map(lateScore);
}

function lateScore({ evaluations }: FewDataRun): number {
  const half = evaluations.at(-1)!.step / 2;
  return mean(evaluations.flatMap(({ step, score }) => (step > half ? [score] : [])));
}

/** Those that were run, in the order of the study. */
function variantsOf(runs: readonly FewDataRun[]): string[] {
  return Object.keys(VARIANTS).filter((variant) => runs.some((run) => run.variant === variant));
}

function valuesOf(runs: readonly FewDataRun[], key: 'ratio'): number[] {
  return [...new Set(runs.map((run) => run[key]))].sort((a, b) => b - a);
}

const minus = (text: string) => text.replace('-', '−');
const formatScore = (value: number) => minus(value.toFixed(1));
const formatCount = (value: number) => value.toLocaleString('en-US');
const formatShare = (ratio: number) => `${100 * ratio} % of the episodes`;
const signed = (value: number) => `${value < 0 ? '' : '+'}${formatScore(value)}`;
