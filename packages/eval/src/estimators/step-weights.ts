import { type JudgedLog, LamoError } from '@lamo/core';
import { eachEpisode } from './episodes';
import type { Draw } from './estimator';

/** What a table of all episodes at all steps may have at most: half a gigabyte of numbers. */
const MOST = 6e7;

/**
 * Prepares sums over steps in which the weights of all episodes are shared out anew at every step:
 * Σ_t γ^t (Σ_i w_it x_it / Σ_i w_it). An episode that is over keeps its last weight, and has x = 0.
 *
 * @param ratios log of the weights, [N]
 * @param terms x [N]
 * @param empty what a step counts at which nothing has weight: NaN, or 0
 * @throws LamoError `too-large`
 */
export function stepwiseMean(
  log: JudgedLog,
  ratios: Float64Array,
  terms: ArrayLike<number>,
  empty: number,
): (draw: Draw) => number {
  const episodes = log.episodeEnds.length;
  const steps = longest(log);
  const { weights, lengths } = tableOf(log, ratios, steps);
  const [above, below] = [new Float64Array(steps), new Float64Array(steps)];
  return ({ counts }) => {
    above.fill(0);
    below.fill(0);
    for (let episode = 0, first = 0; episode < episodes; first = log.episodeEnds[episode]!, episode++) {
      const count = counts[episode]!;
      if (count === 0) continue;
      const at = episode * steps;
      for (let t = 0; t < steps; t++) below[t]! += count * weights[at + t]!;
      for (let t = 0; t < lengths[episode]!; t++) above[t]! += count * weights[at + t]! * terms[first + t]!;
    }
    let [sum, share] = [0, 1];
    for (let t = 0; t < steps; t++) {
      sum += share * (below[t]! > 0 ? above[t]! / below[t]! : empty);
      share *= log.discount;
    }
    return sum;
  };
}

function longest(log: JudgedLog): number {
  let steps = 0;
  eachEpisode(log, (_, start, end) => {
    steps = Math.max(steps, end - start);
  });
  if (steps * log.episodeEnds.length <= MOST) return steps;
  throw new LamoError({
    where: 'eval/estimators',
    code: 'too-large',
    problem: 'The log is too large for weights that are shared out at every step',
    expected: `at most ${MOST} episodes times steps`,
    received: `${log.episodeEnds.length} episodes of up to ${steps} steps`,
    hint: 'Judge by part of the episodes, or by estimators without such weights: fqe, wis, pdis, dr.',
  });
}

/** The weights [E, T], at each step relative to the largest one. */
function tableOf(log: JudgedLog, ratios: Float64Array, steps: number) {
  const weights = new Float64Array(log.episodeEnds.length * steps);
  const lengths = new Uint32Array(log.episodeEnds.length);
  const most = new Float64Array(steps).fill(Number.NEGATIVE_INFINITY);
  eachEpisode(log, (episode, start, end) => {
    lengths[episode] = end - start;
    for (let t = 0; t < steps; t++) {
      const logarithm = ratios[Math.min(start + t, end - 1)]!;
      weights[episode * steps + t] = logarithm;
      most[t] = Math.max(most[t]!, logarithm);
    }
  });
  for (let i = 0; i < weights.length; i++) {
    const largest = most[i % steps]!;
    weights[i] = largest === Number.NEGATIVE_INFINITY ? 0 : Math.exp(weights[i]! - largest);
  }
  return { weights, lengths };
}
