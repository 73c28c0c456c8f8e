import type { JudgedLog } from '@lamo/core';
import { eachEpisode, loggedReturns, meanOver, partOf } from './episodes';
import type { Estimator } from './estimator';
import { stepwiseMean } from './step-weights';
import { courseWeights, cumulativeLogRatios, effectiveSize, meanWeight } from './weights';

/**
 * Doubly robust: what networks say of beginnings, put right by what was earned instead of what they said,
 * 1/n Σ_i [V(s_0) + Σ_t γ^t w_it (r_t + γ V(s_{t+1}) − Q(s_t, a_t))]. Right if the probabilities or the networks are. Episodes that
 * were cut go on as the networks say.
 */
export const dr: Estimator = {
  name: 'dr',
  title: 'DR',
  paper:
    'Jiang and Li 2016, Doubly Robust Off-policy Value Evaluation for Reinforcement Learning, equation 10',
  needs: ['densities', 'networks'],
  prepare(log) {
    const ratios = cumulativeLogRatios(log);
    const { starts, errors, cuts, drift } = heldOutErrors(log);
    const contributions = Float64Array.from(starts);
    eachEpisode(log, (episode, start, end) => {
      let share = 1;
      for (let row = start; row < end; row++) {
        contributions[episode]! += share * Math.exp(ratios[row]!) * errors[row]!;
        share *= log.discount;
      }
    });
    const returns = loggedReturns(log, cuts);
    return {
      value: (draw) => meanOver(contributions, draw),
      logged: (draw) => meanOver(returns, draw),
      effectiveEpisodes: effectiveSize(courseWeights(log, ratios)),
      meanWeight: meanWeight(log, ratios),
      slack: drift,
    };
  },
};

/** As {@link dr}, with weights that are shared out at every step. Where nothing has weight, the networks have the last word. */
export const wdr: Estimator = {
  name: 'wdr',
  title: 'Weighted DR',
  paper:
    'Thomas and Brunskill 2016, Data-Efficient Off-Policy Policy Evaluation for Reinforcement Learning, section 5',
  needs: ['densities', 'networks'],
  prepare(log) {
    const ratios = cumulativeLogRatios(log);
    const { starts, errors, cuts, drift } = heldOutErrors(log);
    const correction = stepwiseMean(log, ratios, errors, 0);
    const returns = loggedReturns(log, cuts);
    return {
      value: (draw) => meanOver(starts, draw) + correction(draw),
      logged: (draw) => meanOver(returns, draw),
      effectiveEpisodes: effectiveSize(courseWeights(log, ratios)),
      slack: drift,
    };
  },
};

/**
 * How wrong networks are on each row: r + γ V(s′) − Q(s, a). Each episode is judged by the networks that did not learn from it, so
 * that they cannot know its chances by heart; by all of them if all did.
 *
 * @returns `starts` V(s_0) [E], `errors` [N], `cuts` V after the last rows [E], and how far networks may still move
 */
function heldOutErrors(log: JudgedLog) {
  const { logged, policy, cuts, counts, drift = 0 } = partOf(log, 'networks');
  const starts = new Float64Array(log.episodeEnds.length);
  const ends = new Float64Array(log.episodeEnds.length);
  const errors = new Float64Array(log.rewards.length);
  eachEpisode(log, (episode, start, end) => {
    const all = [...counts.keys()];
    const unseen = all.filter((k) => counts[k]![episode] === 0);
    const judges = unseen.length > 0 ? unseen : all;
    const mean = (values: readonly ArrayLike<number>[], i: number) =>
      judges.reduce((sum, k) => sum + values[k]![i]!, 0) / judges.length;
    let next = mean(cuts, episode);
    ends[episode] = next;
    for (let row = end - 1; row >= start; row--) {
      errors[row] = log.rewards[row]! + log.discount * next - mean(logged, row);
      next = mean(policy, row);
    }
    starts[episode] = next;
  });
  return { starts, errors, cuts: ends, drift };
}
