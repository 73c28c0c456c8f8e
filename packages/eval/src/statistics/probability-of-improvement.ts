import { LamoError } from '@lamo/core';
import {
  bootstrapIntervals,
  checkStrata,
  type Interval,
  type ResamplingOptions,
  type Strata,
} from './bootstrap';
import { mean } from './statistics';

/** How likely one algorithm is to beat another, with its interval. */
export interface Improvement extends Interval {
  /** 0 to 1; ½ if neither is better. */
  readonly probability: number;
}

/**
 * Computes the probability of improvement: that a run of X scores higher than a run of Y on the same task. On each task it is the share of
 * all pairs of their runs in which X is higher, ties counted half, which is Mann and Whitney's U divided by the number of pairs; tasks
 * count alike. For the interval, runs of both are resampled within each task (Agarwal et al. 2021, §4.3; as `rliable` does). It
 * says how often X is better, not by how much.
 *
 * @param x scores of X's runs on each task
 * @param y scores of Y's runs on each task, in the same order of tasks; other numbers of runs are fine
 * @throws LamoError `other-tasks`, `no-values`, `not-finite`, `out-of-range`
 * @example
 * const { probability } = probabilityOfImprovement([[71, 88, 80]], [[70, 75, 80]]); // 6.5 of 9 pairs
 */
export function probabilityOfImprovement(x: Strata, y: Strata, options: ResamplingOptions = {}): Improvement {
  checkStrata(x);
  checkStrata(y);
  if (x.length !== y.length) {
    throw new LamoError({
      where: 'eval/probability-of-improvement',
      code: 'other-tasks',
      problem: 'The two algorithms have runs on different tasks',
      expected: `scores of both on the same tasks, ${x.length} as X has`,
      received: `${y.length} of Y`,
      hint: 'Leave out tasks that only one of them was evaluated on.',
    });
  }
  const strata = [...x, ...y];
  const starts = startsOf(strata);
  const ofSample = (sample: Float64Array): number => {
    const values = strata.map(({ length }, i) => sample.subarray(starts[i]!, starts[i]! + length));
    return mean(x.map((_, task) => shareOfPairs(values[task]!, values[x.length + task]!)));
  };
  const probability = ofSample(Float64Array.from(strata.flatMap((values) => Array.from(values))));
  return { probability, ...bootstrapIntervals(strata, (sample) => [ofSample(sample)], options)[0]! };
}

/** Where each stratum begins if they lie one after the other. */
function startsOf(strata: Strata): number[] {
  let start = 0;
  return strata.map(({ length }) => {
    start += length;
    return start - length;
  });
}

function shareOfPairs(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (const a of x) for (const b of y) sum += a > b ? 1 : a === b ? 0.5 : 0;
  return sum / (x.length * y.length);
}
