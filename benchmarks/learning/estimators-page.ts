import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { estimators, mean, rankCorrelation } from '@lamo/eval';
import type { StudyResults, StudyRun } from './estimators/results';
import { markdownTable } from './markdown-table';

const RESULTS = fileURLToPath(new URL('results/estimators', import.meta.url));

/** Pages of docs/generated, by name: none before there is a result. */
export const estimatorPages: Readonly<Record<string, () => string>> = existsSync(RESULTS)
  ? { 'estimators.md': () => estimatorsPage(readAll(RESULTS)) }
  : {};

function readAll(folder: string): StudyResults[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as StudyResults);
}

const HEAD = `# Estimators against the truth

Policies from broken to good are judged by one log, and then played for 100 episodes. Each task has one log and one seed of the judges, so differences of a
few hundredths between estimators mean nothing.

- *Rank correlation*: Spearman's, between estimates and true discounted returns.
- *Regret*: how much less the policy that an estimator ranks first is worth than the best one, as a share of the distance between the best and the worst.
- *Error*: the mean distance from the truth.
- *Covered*: how many of the 95 % intervals contain the truth. The intervals here leave out how far FQE may still move.
- *Usable*: estimates that rest on at least ten effective episodes, on weights with a mean between 0.5 and 2, and on networks that have not diverged.
- *Agreement* is a control that ignores rewards: how closely a policy acts as the log did.

Policies without critics have no initial value. Where an estimator has no value for a policy, that policy is left out of its figures. Correlation, regret and error are of all values, also of those
that \`lamo\` calls not usable.
Discount and policies of cartpole were chosen anew after a first look, in which nearly all policies were good: early ones joined them.
All values: [benchmarks/learning/results/estimators](../../benchmarks/learning/results/estimators). \`pnpm run docs\` writes this page from them.`;

/** Writes the page: for each task what estimators are worth, and what they say of each policy. */
export function estimatorsPage(results: readonly StudyResults[]): string {
  return `${[HEAD, ...results.map(section)].join('\n\n')}\n`;
}

function section({ settings, runs }: StudyResults): string {
  const { task, discount, rows, episodes, logged, fqe } = settings;
  const facts = `${rows.toLocaleString('en-US')} rows of ${episodes} episodes, which earned ${show(logged)} (discount ${discount}). ${runs.length} policies. FQE: ${fqe[2]} networks of ${fqe[3]}, ${fqe[0].toLocaleString('en-US')} steps, targets replaced every ${fqe[1]}. Probabilities of whoever acted are fitted.`;
  const titles = ['', 'policies', 'usable', 'rank correlation', 'regret', 'error', 'covered'];
  return [`## ${task}`, facts, markdownTable(titles, figures(runs)), policies(runs)].join('\n\n');
}

/** What a way to rank policies says of one, and of which truth it speaks. */
interface Said {
  readonly value: number;
  readonly truth: number;
  readonly isUsable?: boolean;
  readonly isCovered?: boolean;
}

function figures(runs: readonly StudyRun[]): string[][] {
  const ways = estimators.map(({ name, title, needs }) => {
    const said = runs.flatMap((run): Said[] => {
      const estimate = run.estimates[name];
      if (estimate === undefined || estimate.value === null) return [];
      // Networks and critics look beyond the cut of episodes.
      const truth = needs.includes('networks') || needs.includes('critics') ? run.beyond : run.truth;
      const { value, interval, verdict } = estimate;
      const isCovered = interval !== null && interval.low <= truth && truth <= interval.high;
      return [{ value, truth, isUsable: verdict !== 'unusable', isCovered }];
    });
    return row(title, said, true);
  });
  const agreement = runs.map(({ agreement, truth }) => ({ value: agreement, truth }));
  return [...ways, row('Agreement (control)', agreement, false), chance(runs)];
}

function row(title: string, said: readonly Said[], isInUnits: boolean): string[] {
  const count = (isSo: (each: Said) => boolean | undefined) => `${said.filter(isSo).length}`;
  const [values, truths] = [said.map(({ value }) => value), said.map(({ truth }) => truth)];
  const known = said.length > 1;
  return [
    title,
    `${said.length}`,
    isInUnits ? count(({ isUsable }) => isUsable) : '',
    known ? show(rankCorrelation(values, truths)) : '',
    known ? show(regretOf(said)) : '',
    isInUnits && known ? show(mean(said.map(({ value, truth }) => Math.abs(value - truth)))) : '',
    isInUnits ? count(({ isCovered }) => isCovered) : '',
  ];
}

/** What whoever draws lots is worse off by. */
function chance(runs: readonly StudyRun[]): string[] {
  const truths = runs.map(({ truth }) => truth);
  const [best, worst] = [Math.max(...truths), Math.min(...truths)];
  return [
    'Drawing lots (control)',
    `${runs.length}`,
    '',
    '0',
    show((best - mean(truths)) / (best - worst)),
    '',
    '',
  ];
}

/** How much less than the best the policy is worth that has the highest value, of what lies between best and worst. */
export function regretOf(said: readonly Pick<Said, 'value' | 'truth'>[]): number {
  const truths = said.map(({ truth }) => truth);
  const [best, worst] = [Math.max(...truths), Math.min(...truths)];
  const chosen = said.reduce((first, each) => (each.value > first.value ? each : first));
  return (best - chosen.truth) / (best - worst);
}

function policies(runs: readonly StudyRun[]): string {
  const isBeyond = runs.some(({ truth, beyond }) => Math.abs(truth - beyond) > 1e-3 * Math.abs(truth));
  const rows = [...runs]
    .sort((a, b) => b.truth - a.truth)
    .map((run) => [
      run.policy,
      `${show(run.truth)} ± ${show(run.error)}`,
      ...(isBeyond ? [show(run.beyond)] : []),
      ...estimators.map(({ name }) => cell(run.estimates[name])),
    ]);
  const titles = [
    'policy',
    'truth',
    ...(isBeyond ? ['beyond cuts'] : []),
    ...estimators.map(({ title }) => title),
  ];
  return markdownTable(titles, rows);
}

function cell(estimate: StudyRun['estimates'][string] | undefined): string {
  if (estimate === undefined || estimate.value === null) return '–';
  return estimate.verdict === 'unusable' ? `(${show(estimate.value)})` : show(estimate.value);
}

function show(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 3 }).replace('-', '−');
}
