import { formatCount, formatNumber } from '../terminal/format';
import type { AllTasks, AllTasksResult, TaskStatistic } from './all-tasks';
import { html, type Markup, withCode } from './html';
import { joinWords } from './join-words';
import type { Origin } from './run-record';

const CAPTIONS: Readonly<Record<Origin, string>> = {
  training: 'Evaluated while training, on all tasks together',
  later: 'Evaluated later by `lamo evaluate`, on all tasks together',
};

/** Writes the table of all tasks together, or why there is none, and what is left out. */
export function allTasksSection(comparison: AllTasks, origin: Origin): Markup {
  const { results } = comparison;
  const table = results.length === 0 ? undefined : scoreTable(results, origin);
  const notes = [...explainTasks(comparison), ...explainLeftOut(comparison)];
  return html`${table}
<ul class="note">${notes.map((note) => html`<li>${note}</li>\n`)}</ul>`;
}

function scoreTable(results: readonly AllTasksResult[], origin: Origin): Markup {
  return html`<table class="scores">
<caption>${withCode(CAPTIONS[origin])}</caption>
<thead><tr><th>algorithm</th><th class="number">mean score</th><th class="number">95 % interval of the mean</th><th class="number">IQM</th>
<th class="number">95 % interval of the IQM</th><th class="number">runs on each task</th></tr></thead>
<tbody>
${results.map(resultRow)}</tbody>
</table>`;
}

function resultRow({ label, mean, interquartileMean: iqm, runs }: AllTasksResult): Markup {
  const cells: [label: string, value: string][] = [
    ['95 % interval of the mean', intervalText(mean)],
    ['IQM', formatNumber(iqm.value)],
    ['95 % interval of the IQM', intervalText(iqm)],
    ['runs on each task', runs.map(formatCount).join(', ')],
  ];
  return html`<tr><th scope="row">${label}</th><td class="number main" data-label="mean score">${formatNumber(mean.value)}</td>
${cells.map(([name, value]) => html`<td class="number" data-label="${name}">${value}</td>`)}</tr>
`;
}

function intervalText({ interval }: TaskStatistic): string {
  return interval === undefined ? '–' : `${formatNumber(interval.low)} to ${formatNumber(interval.high)}`;
}

function explainTasks({ tasks, results }: AllTasks): string[] {
  if (results.length === 0) return [];
  const names = tasks.map(({ environment, dataset }) => `${environment} (learned from ${dataset})`);
  const counts = results.map(({ runs }) => runs);
  return [
    `The tasks: ${joinWords(names)}. What counts is the mean score of each run’s episodes, as in the tables of the single tasks; mean and IQM are of these scores of all runs on all tasks.`,
    'The intervals are 95 % bootstrap intervals over the runs, drawn anew within each task (stratified, as rliable does), each of the mean or the IQM as its column says.',
    ...(counts.some((runs) => runs.includes(1))
      ? ['There is no interval (–) where a task has one run: it says nothing about other seeds.']
      : []),
    ...(counts.some((runs) => new Set(runs).size > 1)
      ? ['Where tasks have different numbers of runs, those with more weigh more.']
      : []),
    ...(results.some(({ hasTarget }) => hasTarget)
      ? ['Of policies that were told a target return, the best target of each task counts.']
      : []),
  ];
}

function explainLeftOut({ tasks, results, leftOut, unscored }: AllTasks): string[] {
  if (unscored.length > 0) {
    return [
      `There is no table of all tasks together: D4RL has no reference returns for ${joinWords(unscored)}, so that returns there cannot be put on the scale of the others.`,
    ];
  }
  if (leftOut.length === 0) return [];
  const counts = joinWords(leftOut.map(({ label, tasks: count }) => `${label} on ${count}`));
  return [
    results.length === 0
      ? `There is no table of all tasks together, because nothing was evaluated on all ${tasks.length}: ${counts}.`
      : `Left out, because not evaluated on all ${tasks.length} tasks: ${counts}.`,
  ];
}
