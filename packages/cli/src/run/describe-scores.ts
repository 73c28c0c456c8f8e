import { mean, standardDeviation } from '@lamo/eval';
import { withTarget } from '../report/compare-targets';
import { outcomesAt } from '../report/outcomes';
import { environmentsOf, type GroupResult, groupResult } from '../report/results';
import type { RunGroup } from '../report/run-group';
import { durationOf, stepsOf, stepsPerSecondOf } from '../report/run-times';
import { toUnit, unitOf } from '../scores';
import { formatCount, formatNumber, formatNumberOf, formatRate, formatTable } from '../terminal/format';

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
  const columns = outcomes.map(({ environment }) => unitOf(environment));
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

/** `maze2d-umaze-v1: score 79.7 ± 2.3, …`. */
function describeOutcome({ environment, result, values }: Outcome): string {
  const scores = values.filter((value) => value !== undefined);
  const { low, high, targets, targetReturn } = result;
  const spread = scores.length > 1 ? ` ± ${formatNumber(standardDeviation(scores))}` : '';
  const over = scores.length > 1 ? formatNumberOf(scores.length, 'seed') : 'the episodes of one seed';
  return [
    `${withTarget(environment, targetReturn)}: ${unitOf(environment)} ${formatNumber(result.mean)}${spread},`,
    `mean${spread && ' ± standard deviation'} over ${over};`,
    `95 % interval of the mean ${formatNumber(low)} to ${formatNumber(high)}`,
    ...(targets.length > 1
      ? [`(the best of ${targets.length} target returns, chosen by these same numbers)`]
      : []),
  ].join(' ');
}
