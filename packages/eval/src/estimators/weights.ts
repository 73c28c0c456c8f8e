import { type JudgedLog, LamoError } from '@lamo/core';
import { eachEpisode, partOf } from './episodes';

/**
 * How much likelier each episode would have been with the policy up to each of its rows: log Π π(a|s) / b(a|s), that row included.
 *
 * @returns [N]; −∞ from where the policy would never have done what was done
 * @throws LamoError `missing-part`; `not-finite` where whoever acted is said to never do what was done
 */
export function cumulativeLogRatios(log: JudgedLog): Float64Array {
  const { behaviour, policy } = partOf(log, 'densities');
  const sums = new Float64Array(log.rewards.length);
  eachEpisode(log, (_, start, end) => {
    let sum = 0;
    for (let row = start; row < end; row++) {
      if (!Number.isFinite(behaviour[row])) throw impossible(row, behaviour[row]!);
      if (Number.isNaN(policy[row])) throw impossible(row, policy[row]!);
      sum += policy[row]! - behaviour[row]!;
      sums[row] = sum;
    }
  });
  return sums;
}

function impossible(row: number, received: number): LamoError {
  return new LamoError({
    where: 'eval/estimators',
    code: 'not-finite',
    problem: `The log says of row ${row} that its action was impossible, though it was taken`,
    expected: 'the logarithm of a probability above 0, or of a density',
    received: String(received),
    hint: 'Leave out the logged probabilities, so that they are estimated from what was done: --behaviour fitted.',
  });
}

/** (Σ w)² / Σ w²: how many episodes of equal weight say as much as these (Kish 1965); 0 if nothing has weight. */
export function effectiveSize(weights: ArrayLike<number>): number {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i]!;
    squares += weights[i]! ** 2;
  }
  return squares === 0 ? 0 : sum ** 2 / squares;
}

/** e^x of numbers that are only compared with each other: the largest becomes 1, so that none is infinite. −∞ alone: all 0. */
export function relativeWeights(logarithms: ArrayLike<number>): Float64Array {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logarithms.length; i++) most = Math.max(most, logarithms[i]!);
  if (most === Number.NEGATIVE_INFINITY) return new Float64Array(logarithms.length);
  return Float64Array.from(logarithms, (logarithm) => Math.exp(logarithm - most));
}

/**
 * How much each episode counts over its course: the discounted mean of its weights, relative to that of others.
 *
 * @param ratios of {@link cumulativeLogRatios} [N]
 * @returns [E]
 */
export function courseWeights(log: JudgedLog, ratios: Float64Array): Float64Array {
  const weights = relativeWeights(ratios);
  const means = new Float64Array(log.episodeEnds.length);
  eachEpisode(log, (episode, start, end) => {
    let [sum, total, share] = [0, 0, 1];
    for (let row = start; row < end; row++) {
      sum += share * weights[row]!;
      total += share;
      share *= log.discount;
    }
    means[episode] = sum / total;
  });
  return means;
}

/**
 * The discounted mean of all weights: 1 if probabilities are right and the log is large enough. Near 0, the episodes that would have
 * weight are not in the log, and what is left out counts as if nothing had been earned; far above 1, chance has brought too many.
 *
 * @param ratios of {@link cumulativeLogRatios} [N]
 */
export function meanWeight(log: JudgedLog, ratios: Float64Array): number {
  let [sum, total] = [0, 0];
  eachEpisode(log, (_, start, end) => {
    let share = 1;
    for (let row = start; row < end; row++) {
      sum += share * Math.exp(ratios[row]!);
      total += share;
      share *= log.discount;
    }
  });
  return sum / total;
}
