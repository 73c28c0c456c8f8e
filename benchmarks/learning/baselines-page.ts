import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mean, standardDeviation } from '@lamo/eval';
import { type BaselineRecord, isFinished, readRecord } from './baselines/record';
import { type Reference, references } from './baselines/references';
import { markdownTable } from './markdown-table';

const RESULTS = fileURLToPath(new URL('results/baselines', import.meta.url));

/** Pages of docs/generated, by name: none before there is a result. */
export const baselinePages: Readonly<Record<string, () => string>> = existsSync(RESULTS)
  ? { 'baselines.md': () => baselinesPage(readResults(RESULTS)) }
  : {};

/** Reads the records of all runs that are finished. */
function readResults(folder: string): BaselineRecord[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.json'),
  );
  return paths
    .sort()
    .map((path) => readRecord(join(folder, path))!)
    .filter(isFinished);
}

/** Writes the page: for each dataset a table of all algorithms, and how far PyTorch's counterparts are from ours. */
export function baselinesPage(records: readonly BaselineRecord[]): string {
  const datasets = [...new Set(records.map(({ dataset }) => dataset.name))].sort();
  const sections = datasets.map((name) => section(records.filter(({ dataset }) => dataset.name === name)));
  return `${[HEAD, ...sections].join('\n\n')}\n`;
}

const HEAD = `# Baselines

All algorithms on transitions, trained by us and, some of them, by [PyTorch](../../benchmarks/pytorch), on the same transitions with
the same settings for the same number of steps, and all evaluated by us in the same episodes. Scores are on D4RL's scale, 0 for a random
policy and 100 for D4RL's expert. They are means over seeds ± the standard deviation between seeds: of the last evaluation, and of the best
of four on the way, which flatters everyone. Raw returns and settings: [benchmarks/learning/results/baselines](../../benchmarks/learning/results/baselines).
\`pnpm run docs\` writes this page from them.`;

function section(records: readonly BaselineRecord[]): string {
  const { dataset, environment } = records[0]!;
  const reference = references[dataset.name];
  const facts = [
    `${formatCount(dataset.rows)} rows, evaluated in \`${environment}\`.`,
    ...(reference?.notes ?? []),
  ];
  const parts = [`## ${dataset.name}`, facts.join(' '), scoreTable(records, reference), differences(records)];
  return parts.filter((part) => part !== '').join('\n\n');
}

function scoreTable(records: readonly BaselineRecord[], reference: Reference | undefined): string {
  const ours = groups(records.filter(({ isCounterpart }) => !isCounterpart));
  const theirs = groups(records.filter(({ isCounterpart }) => isCounterpart));
  const head = ['algorithm', 'steps', 'batch', 'seeds', 'last', 'best', 'PyTorch, last', 'PyTorch, best'];
  const rows = [...ours].map(([title, runs]) => {
    const peers = theirs.get(title) ?? [];
    const { steps, entrant, preset, config } = runs[0]!;
    const name = preset === null ? title : `${title}, preset \`${preset}\``;
    const amounts = [formatCount(steps), String(config.batchSize), String(runs.length)];
    const scores = [runs, peers].flatMap((some) => [spread(some, last), spread(some, best)]);
    const row = [name, ...amounts, ...scores];
    return reference === undefined ? row : [...row, reference.scores[entrant] ?? ''];
  });
  const titles = reference === undefined ? head : [...head, reference.title];
  return markdownTable(titles, rows);
}

/** How far the counterparts' last scores are from ours, ± the standard error of that difference. */
function differences(records: readonly BaselineRecord[]): string {
  const ours = groups(records.filter(({ isCounterpart }) => !isCounterpart));
  const theirs = groups(records.filter(({ isCounterpart }) => isCounterpart));
  const lines = [...theirs].flatMap(([title, runs]) => {
    const own = ours.get(title)?.map(last) ?? [];
    const other = runs.map(last);
    if (own.length < 2 || other.length < 2) return [];
    const error = Math.sqrt(
      standardDeviation(own) ** 2 / own.length + standardDeviation(other) ** 2 / other.length,
    );
    return [`${title} ${signed(mean(own) - mean(other))} ± ${error.toFixed(1)}`];
  });
  if (lines.length === 0) return '';
  return `Our last score less PyTorch's, ± the standard error of the difference: ${lines.join('; ')}.`;
}

function groups(records: readonly BaselineRecord[]): Map<string, BaselineRecord[]> {
  const found = new Map<string, BaselineRecord[]>();
  for (const record of records) found.set(record.title, [...(found.get(record.title) ?? []), record]);
  return found;
}

const last = ({ evaluations }: BaselineRecord) => evaluations.at(-1)!.score;
const best = ({ evaluations }: BaselineRecord) => Math.max(...evaluations.map(({ score }) => score));

function spread(runs: readonly BaselineRecord[], scoreOf: (run: BaselineRecord) => number): string {
  if (runs.length === 0) return '';
  const scores = runs.map(scoreOf);
  const deviation = scores.length > 1 ? ` ± ${standardDeviation(scores).toFixed(1)}` : '';
  return `${mean(scores).toFixed(1).replace('-', '−')}${deviation}`;
}

const formatCount = (value: number) => Math.round(value).toLocaleString('en-US');
const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
