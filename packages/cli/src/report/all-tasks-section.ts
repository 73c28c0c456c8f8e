import type { Statistic } from '../statistic';
import { formatCount, formatNumber } from '../terminal/format';
import { type AllTasks, type AllTasksResult, withSeveralRuns } from './all-tasks';
import { explainMissing } from './explain-results';
import { html, type Markup, withCode } from './html';
import { improvementTable } from './improvements';
import { joinWords } from './join-words';
import type { Origin } from './outcomes';
import { profileFigure } from './profile-figure';
import type { GroupResult } from './results';
import { changedSettings, configKey } from './run-group';
import { dataOf } from './run-record';
import { isOneLook, waysTable } from './ways-table';

const CAPTIONS: Readonly<Record<Origin, string>> = {
  training: 'Last evaluations in training, on all tasks together',
  later: 'Evaluated later by `lamo evaluate`, on all tasks together',
};

/** Writes the table of all tasks together, or why there is none, and what is left out. */
export function allTasksSection(comparison: AllTasks, origin: Origin): Markup {
  const { results } = comparison;
  const table = results.length === 0 ? undefined : scoreTable(results, origin);
  const notes = [
    ...explainTasks(comparison),
    ...explainSteps(comparison),
    ...explainRuns(comparison),
    ...results.flatMap(explainSettings),
    ...explainLeftOut(comparison),
  ];
  return html`${table}
<ul class="note">${notes.map((note) => html`<li>${note}</li>\n`)}</ul>
${profilesAndPairs(withSeveralRuns(results))}
${origin === 'training' ? evaluationsTable(results) : undefined}`;
}

/** What can only be said of algorithms with several runs on each task. */
function profilesAndPairs(results: readonly AllTasksResult[]): Markup {
  return html`${results.length > 0 ? profileFigure(results) : undefined}
${results.length > 1 ? improvementTable(results) : undefined}`;
}

/** Every evaluation, not just the last of each run; undefined if each run has only one. */
function evaluationsTable(results: readonly AllTasksResult[]): Markup | undefined {
  const rows = results.map(({ label, mean: last, meanOfLast, best, parts }) => {
    const runs = parts.flatMap(({ targets: [reported] }) => reported!.runs);
    return { name: html`${label}`, ways: { last, meanOfLast, best, runs } };
  });
  if (rows.every(({ ways }) => isOneLook(ways))) return undefined;
  return waysTable('Evaluations in training, on all tasks together, in three ways', 'score', rows);
}

function scoreTable(results: readonly AllTasksResult[], origin: Origin): Markup {
  return html`<table class="scores">
<caption>${withCode(CAPTIONS[origin])}</caption>
<thead><tr><th>algorithm</th><th class="number">mean score</th><th class="number">IQM</th><th class="number">optimality gap</th>
<th class="number">runs on each task</th><th class="number">steps</th></tr></thead>
<tbody>
${results.map(resultRow)}</tbody>
</table>`;
}

function resultRow({ label, mean, interquartileMean, optimalityGap, parts }: AllTasksResult): Markup {
  return html`<tr><th scope="row">${label}</th>
<td class="number main" data-label="mean score">${statisticCell(mean)}</td>
<td class="number" data-label="IQM">${statisticCell(interquartileMean)}</td>
<td class="number" data-label="optimality gap">${statisticCell(optimalityGap)}</td>
<td class="number" data-label="runs on each task">${parts.map(countText).join(', ')}</td>
<td class="number" data-label="steps">${stepsText(parts)}</td></tr>
`;
}

/** A number, and below it its interval. */
function statisticCell({ value, interval }: Statistic): Markup {
  const range = interval === null ? '–' : `${formatNumber(interval.low)} to ${formatNumber(interval.high)}`;
  return html`${formatNumber(value)}<span class="range">${range}</span>`;
}

/** `3`, or `1 of 3` where not all runs count. */
function countText({ seeds, group: { runs } }: GroupResult): string {
  return seeds < runs.length ? `${seeds} of ${runs.length}` : formatCount(seeds);
}

/** One step if it is the same on all tasks, or else that of each. */
function stepsText(parts: readonly GroupResult[]): string {
  const steps = parts.map(({ step }) => formatCount(step));
  return new Set(steps).size === 1 ? steps[0]! : steps.join(', ');
}

function explainTasks({ tasks, results }: AllTasks): string[] {
  if (results.length === 0) return [];
  const names = tasks.map(({ environment, dataset }) => `${environment} (learned from ${dataset})`);
  const counts = results.map(({ scores }) => scores.map(({ length }) => length));
  return [
    `The tasks: ${joinWords(names)}. Each run counts with the mean score of its episodes, as in the tables of the single tasks; all statistics are over these scores of all runs on all tasks.`,
    'IQM: the interquartile mean, without the lowest and the highest quarter of the scores; one run that fails or soars moves it less than the mean. Optimality gap: by how much the runs fall short of 100 on average, where higher scores count as 100; 0 is best, and doing ever better on one task does not make up for another one.',
    'Below each are 95 % bootstrap intervals of it, over the runs, resampled within each task (stratified, as in rliable).',
    ...(counts.some((runs) => runs.includes(1))
      ? ['There is no interval (–) if a task has only one run: it says nothing about other seeds.']
      : []),
    ...(counts.some((runs) => new Set(runs).size > 1)
      ? ['If tasks have different numbers of runs, those with more count more.']
      : []),
    ...(results.some(({ parts }) => parts.some(({ targetReturn }) => targetReturn !== null))
      ? ['For policies with a target return, the best target of each task counts.']
      : []),
  ];
}

/** Longer training means more time to learn. */
function explainSteps({ results }: AllTasks): string[] {
  const steps = new Set(results.flatMap(({ parts }) => parts.map(({ step }) => step)));
  if (steps.size < 2) return [];
  const texts = results.map(({ label, parts }) => `${label} at ${stepsText(parts)}`);
  return [
    `The results are not all after the same number of steps: ${texts.join('; ')} (several numbers are in the order of the tasks).`,
  ];
}

/** What was left out of the runs that there are, and why. */
function explainRuns({ tasks, results }: AllTasks): string[] {
  return results.flatMap(({ parts }) =>
    parts.flatMap((part, i) => {
      const where = ` in ${tasks[i]!.environment}`;
      const { group, evaluatedSeeds } = part;
      const unplayed =
        evaluatedSeeds < group.runs.length
          ? [`Of ${group.label}${where} ${evaluatedSeeds} of ${group.runs.length} seeds were evaluated.`]
          : [];
      return [...unplayed, ...explainMissing([part], where)];
    }),
  );
}

function explainSettings({ label, parts }: AllTasksResult): string[] {
  const runs = [...new Set(parts.map(({ group }) => group))].map((group) => group.runs[0]!);
  if (new Set(runs.map(({ manifest }) => configKey(manifest))).size < 2) return [];
  const texts = runs.map(
    (run) => `${changedSettings(run).join(', ') || 'the defaults'} on ${dataOf(run).name}`,
  );
  return [`${label} has different settings for different datasets: ${texts.join('; ')}.`];
}

function explainLeftOut({ tasks, results, leftOut, unscored }: AllTasks): string[] {
  if (unscored.length > 0) {
    return [
      `There is no table of all tasks together: D4RL has no reference returns for ${joinWords(unscored)}, so returns there cannot be compared with the others.`,
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
