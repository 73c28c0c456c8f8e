import { LamoError } from '@lamo/core';
import { checkValues } from './check-values';
import { checkRange } from './statistics/check-range';
import { mean } from './statistics/statistics';

const WHERE = 'eval/summarise-evaluations';

/** The share of the steps that {@link EvaluationSummary.meanOfLast} is over unless another one is asked for: LaMo's. */
export const LAST_SHARE = 0.2;

/** What a policy reached at a step of its training. */
export interface EvaluationPoint {
  /** Gradient steps taken. */
  readonly step: number;
  /** Score or return: the mean over the evaluation's episodes. */
  readonly value: number;
}

/** Which evaluations are the last ones: a number of them, or those of the last share of all steps. */
export type LastOnes = { readonly count: number } | { readonly share: number };

/**
 * The evaluations of one run, summed up in three ways that answer different questions and must not be compared with each
 * other.
 */
export interface EvaluationSummary {
  /** The last one: what the policy that training ends with reaches. Nothing was chosen. */
  readonly last: EvaluationPoint;
  /** The mean of the last ones: what one may expect of a policy from the end of training. Less moved by single evaluations. */
  readonly meanOfLast: {
    readonly value: number;
    /** How many they are. */
    readonly evaluations: number;
    /** The step of the first of them. */
    readonly fromStep: number;
  };
  /**
   * The highest one, the first of equals. Chosen by looking: it costs all evaluations in the environment, which offline learning does not
   * have, and by chance alone the highest of several is higher than what the policy reaches when it is played again.
   */
  readonly best: EvaluationPoint & {
    /** How many it is the highest of. */
    readonly chosenFrom: number;
  };
}

/**
 * Sums up the evaluations of one run: the last, the mean of the last ones, and the best.
 *
 * @param evaluations at least one, in any order; one for each step
 * @param over the last ones; by default those of the last 20 % of the steps up to the last evaluation, as LaMo reports. If there are
 *   fewer than `count`, all are
 * @throws LamoError `no-values`, `not-finite`, `repeated-step`, `out-of-range`
 * @example
 * const { last, meanOfLast, best } = summariseEvaluations(evaluations, { over: { count: 5 } });
 */
export function summariseEvaluations(
  evaluations: readonly EvaluationPoint[],
  { over = { share: LAST_SHARE } }: { readonly over?: LastOnes } = {},
): EvaluationSummary {
  checkValues(
    WHERE,
    evaluations.map(({ value }) => value),
  );
  checkValues(
    WHERE,
    evaluations.map(({ step }) => step),
  );
  const ascending = [...evaluations].sort((a, b) => a.step - b.step);
  checkSteps(ascending);
  const last = ascending.at(-1)!;
  const lastOnes = chooseLast(ascending, over);
  const best = ascending.reduce((highest, point) => (point.value > highest.value ? point : highest));
  return {
    last: { step: last.step, value: last.value },
    meanOfLast: {
      value: mean(lastOnes.map(({ value }) => value)),
      evaluations: lastOnes.length,
      fromStep: lastOnes[0]!.step,
    },
    best: { step: best.step, value: best.value, chosenFrom: ascending.length },
  };
}

/** At least one. The last 20 % of 100 steps begin after step 80: its evaluation is of the 80 %. */
function chooseLast(ascending: readonly EvaluationPoint[], over: LastOnes): readonly EvaluationPoint[] {
  if ('count' in over) {
    const isCount = Number.isInteger(over.count) && over.count > 0;
    checkRange(WHERE, 'count', over.count, isCount, 'a positive integer');
    return ascending.slice(-over.count);
  }
  const { share } = over;
  checkRange(WHERE, 'share', share, share > 0 && share <= 1, 'above 0 and at most 1');
  const end = ascending.at(-1)!.step;
  return ascending.filter(({ step }) => step === end || end - step < share * end);
}

/** Of two evaluations at one step none is the last. */
function checkSteps(ascending: readonly EvaluationPoint[]): void {
  const repeated = ascending.find(({ step }, i) => step === ascending[i + 1]?.step);
  if (repeated === undefined) return;
  throw new LamoError({
    where: WHERE,
    code: 'repeated-step',
    problem: `There are several evaluations at step ${repeated.step}`,
    expected: 'one for each step',
    received: ascending.map(({ step }) => step).join(', '),
    hint: 'Put the episodes of one step together, and sum up each target return apart.',
  });
}
