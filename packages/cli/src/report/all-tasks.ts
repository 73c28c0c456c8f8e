import { interquartileMean, mean, optimalityGap } from '@lamo/eval';
import { unitOf } from '../scores';
import { estimateOver, type Statistic } from '../statistic';
import type { Origin } from './outcomes';
import { type GroupResult, ORIGINS, type ScoreTable } from './results';
import { changedSettings, choiceKey, groupBy, type RunGroup, tellApart, titleOf } from './run-group';
import { dataOf, type RunRecord } from './run-record';

/** What policies are compared on: an environment, and the data that they learned from. */
export interface Task {
  readonly environment: string;
  /** Name of the dataset. */
  readonly dataset: string;
  /** Of the data. */
  readonly key: string;
}

/** How an algorithm does on all tasks together. */
export interface AllTasksResult {
  readonly label: string;
  /** Of the scores of all runs; a run's is the mean of its episodes. */
  readonly mean: Statistic;
  readonly interquartileMean: Statistic;
  /** By how much the runs fall short of the expert's score of 100. */
  readonly optimalityGap: Statistic;
  /** Of each run's mean over its evaluations in the last 20 % of the steps. Not mixed with the last ones. */
  readonly meanOfLast: Statistic;
  /** Mean of each run's best evaluation: chosen by looking, so without an interval. */
  readonly best: number;
  /** What each run reaches, on each task in their order. */
  readonly scores: readonly (readonly number[])[];
  /** What was reached on each task, in their order: at which step, and by how many of the runs. */
  readonly parts: readonly GroupResult[];
}

/** A comparison over all tasks. */
export interface AllTasks {
  readonly tasks: readonly Task[];
  /** Environments without normalised scores: where there are any, nothing can be summed up. */
  readonly unscored: readonly string[];
  /** Best first. */
  readonly results: readonly AllTasksResult[];
  /** What was not evaluated on all tasks, and on how many it was. */
  readonly leftOut: readonly { readonly label: string; readonly tasks: number }[];
}

/** One algorithm, or one choice of its settings, with its runs on any data. */
interface Contender {
  readonly label: string;
  readonly groups: readonly RunGroup[];
}

/** Compares algorithms over all tasks by evaluations of either origin; none of an origin that has not several tasks. */
export function comparisonsOverTasks(
  groups: readonly RunGroup[],
  tables: readonly ScoreTable[],
): { readonly origin: Origin; readonly comparison: AllTasks }[] {
  return ORIGINS.flatMap((origin) => {
    const comparison = compareOverTasks(
      groups,
      tables.filter((table) => table.origin === origin),
    );
    return comparison === undefined ? [] : [{ origin, comparison }];
  });
}

/** Those with several runs on each task: of the others nothing says what other seeds would have reached. */
export function withSeveralRuns(results: readonly AllTasksResult[]): AllTasksResult[] {
  return results.filter(({ scores }) => scores.every(({ length }) => length > 1));
}

/**
 * Compares algorithms over all tasks; undefined if there are not several tasks.
 *
 * @param groups all of them, also those that were never evaluated
 * @param tables what they reached in each environment, by evaluations of one origin
 */
export function compareOverTasks(
  groups: readonly RunGroup[],
  tables: readonly ScoreTable[],
): AllTasks | undefined {
  const tasks = tasksOf(tables);
  if (tasks.length < 2) return undefined;
  const unscored = tables
    .map(({ environment }) => environment)
    .filter((environment) => unitOf(environment) !== 'score');
  const outcomes = contendersOf(groups).map(({ label, groups }) => ({
    label,
    results: tasks.flatMap((task) => resultOn(task, groups, tables) ?? []),
  }));
  const isWhole = ({ results }: (typeof outcomes)[number]) => results.length === tasks.length;
  const leftOut = outcomes
    .filter((outcome) => !isWhole(outcome))
    .map(({ label, results }) => ({ label, tasks: results.length }));
  const whole = unscored.length > 0 ? [] : outcomes.filter(isWhole);
  const results = whole.map(({ label, results }) => ({
    label,
    ...summarise(results.map(({ scores }) => scores.map((episodes) => mean(episodes)))),
    ...summariseOthers(results),
    parts: results,
  }));
  return { tasks, unscored, results: results.sort((a, b) => b.mean.value - a.mean.value), leftOut };
}

/** Sums up last scores over tasks. @param strata scores of the runs on each task */
export function summarise(
  strata: readonly (readonly number[])[],
): Pick<AllTasksResult, 'mean' | 'interquartileMean' | 'optimalityGap' | 'scores'> {
  return {
    mean: estimateOver(strata, mean),
    interquartileMean: estimateOver(strata, interquartileMean),
    optimalityGap: estimateOver(strata, (values) => optimalityGap(values)),
    scores: strata,
  };
}

function summariseOthers(parts: readonly GroupResult[]): Pick<AllTasksResult, 'meanOfLast' | 'best'> {
  const runs = parts.map(({ targets: [reported] }) => reported!.runs);
  return {
    meanOfLast: estimateOver(
      runs.map((own) => own.map(({ meanOfLast }) => meanOfLast.value)),
      mean,
    ),
    best: mean(runs.flatMap((own) => own.map(({ best }) => best.value))),
  };
}

function tasksOf(tables: readonly ScoreTable[]): Task[] {
  const tasks = new Map<string, Task>();
  for (const { environment, results } of tables) {
    for (const { group } of results) {
      const { name, key } = dataOf(firstRun(group));
      tasks.set(`${environment} ${key}`, { environment, dataset: name, key });
    }
  }
  return [...tasks.values()];
}

/** No two have the same label. */
function contendersOf(groups: readonly RunGroup[]): Contender[] {
  const contenders = choicesOf(groups);
  const labels = tellApart(
    contenders.map(({ label }) => label),
    contenders.map((contender) => firstRun(contender.groups[0]!)),
  );
  return contenders.map((contender, i) => ({ ...contender, label: labels[i]! }));
}

/**
 * Settings may be made for each dataset, as presets are; so an algorithm that has one choice of them on each is compared as
 * a whole. One that has several on some data is compared by each choice.
 */
function choicesOf(groups: readonly RunGroup[]): Contender[] {
  const algorithms = groupBy(groups, (group) => firstRun(group).manifest.algorithm);
  return algorithms.flatMap((members) => {
    const title = titleOf(firstRun(members[0]!));
    const data = new Set(members.map((group) => dataOf(firstRun(group)).key));
    if (data.size === members.length) return [{ label: title, groups: members }];
    const choices = groupBy(members, (group) => choiceKey(firstRun(group).manifest));
    return choices.map((same) => ({
      label: `${title} (${changedSettings(firstRun(same[0]!)).join(', ') || 'defaults'})`,
      groups: same,
    }));
  });
}

function resultOn({ environment, key }: Task, groups: readonly RunGroup[], tables: readonly ScoreTable[]) {
  const group = groups.find((candidate) => dataOf(firstRun(candidate)).key === key);
  const table = tables.find((candidate) => candidate.environment === environment);
  return table?.results.find((result) => result.group === group);
}

function firstRun({ runs }: RunGroup): RunRecord {
  return runs[0]!;
}
