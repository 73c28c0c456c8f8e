import { mean, standardDeviation } from '@lamo/eval';
import { type TargetSummary, withTarget } from '../report/compare-targets';
import { outcomesAt } from '../report/outcomes';
import { environmentsOf, type GroupResult, groupResult } from '../report/results';
import type { RunGroup } from '../report/run-group';
import { durationOf, stepsOf, stepsPerSecondOf } from '../report/run-times';
import { describeLastOnes, describeLooks, isOneLook, MEAN_OF_LAST } from '../report/ways-table';
import { toUnit, unitOf } from '../scores';
import {
  formatCount,
  formatNumber,
  formatNumberOf,
  formatRate,
  formatTable,
  formatTarget,
} from '../terminal/format';
import { describeSpent } from './spent';

/** Results of a group of runs in an environment, together and one by one. */
interface Outcome {
  readonly environment: string;
  readonly result: GroupResult;
  /** Score or return of each run with the group's best target; undefined if it was not evaluated. */
  readonly values: readonly (number | undefined)[];
}

/** Sums up policies that differ in their seed: a table of what each run reached, and all of them together. */
export function describeScores(group: RunGroup): string {
  const outcomes = environmentsOf([group]).flatMap((environment) => outcomeOf(group, environment));
  const rows = group.runs.map((run, i) => {
    return [
      String(run.manifest.seed),
      ...outcomes.map(({ values }) => (values[i] === undefined ? '–' : formatNumber(values[i]))),
      formatCount(stepsOf(run)),
      durationOf(run, 'training'),
      formatRate(stepsPerSecondOf([run])),
    ];
  });
  const columns = outcomes.map(({ environment }) => `last ${unitOf(environment)}`);
  const table = formatTable([['seed', ...columns, 'steps', 'training', 'steps/s'], ...rows]);
  return [group.label, table, ...outcomes.map((outcome) => describeOutcome(outcome))].join('\n');
}

function outcomeOf(group: RunGroup, environment: string): Outcome[] {
  const result = groupResult(group, environment);
  if (result === undefined) return [];
  const values = group.runs.map((run) => {
    const last = outcomesAt(run, environment, result.origin, result.step);
    const best = last.find(({ targetReturn }) => targetReturn === result.targetReturn);
    return best && mean(toUnit(environment, best.returns));
  });
  return [{ environment, result, values }];
}

/** `maze2d-umaze-v1: last score 79.7 ± 2.3, …`, and what else the evaluations say, each number by its name. */
function describeOutcome({ environment, result, values }: Outcome): string {
  const scores = values.filter((value) => value !== undefined);
  const { interval, targets, targetReturn } = result;
  const spread = scores.length > 1 ? ` ± ${formatNumber(standardDeviation(scores))}` : '';
  const over =
    scores.length > 1
      ? formatNumberOf(scores.length, 'seed')
      : `${result.episodes > 1 ? 'the episodes' : 'the only episode'} of one seed`;
  const range =
    interval && `; 95 % interval of the mean ${formatNumber(interval.low)} to ${formatNumber(interval.high)}`;
  const last = [
    `${withTarget(environment, targetReturn)}: last ${unitOf(environment)} ${formatNumber(result.mean)}${spread},`,
    `mean${spread && ' ± standard deviation'} over ${over}${range ?? ''}`,
    ...(targets.length > 1
      ? [`(the best of ${targets.length} target returns, chosen by these same numbers)`]
      : []),
  ].join(' ');
  const isAll = targets.length === 1 && isOneLook(targets[0]!);
  return [
    last,
    ...(isAll ? [] : targets.map(describeWays)),
    `  spent in the environment so far: ${describeSpent(result.spent)}`,
  ].join('\n');
}

/** `  target 3,600: last 71.2, mean of the last 20 % of steps 70.5 (8 evaluations), best 80.1 (chosen by looking at 40 evaluations)`. */
function describeWays({ targetReturn, last, meanOfLast, best, runs }: TargetSummary): string {
  return [
    `  ${targetReturn === null ? '' : `target ${formatTarget(targetReturn)}: `}last ${formatNumber(last.value)}`,
    `${MEAN_OF_LAST} ${formatNumber(meanOfLast.value)} (${describeLastOnes(runs)})`,
    `best ${formatNumber(best)} (chosen by looking at ${describeLooks(runs)}${runs.length > 1 ? ' of each seed' : ''})`,
  ].join(', ');
}
