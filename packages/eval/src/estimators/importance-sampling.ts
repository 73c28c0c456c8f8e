import { eachEpisode, loggedReturns, meanOver } from './episodes';
import type { Estimator } from './estimator';
import { stepwiseMean } from './step-weights';
import { courseWeights, cumulativeLogRatios, effectiveSize, meanWeight, relativeWeights } from './weights';

const PRECUP = 'Precup, Sutton and Singh 2000, Eligibility Traces for Off-Policy Policy Evaluation';

/**
 * Weighted importance sampling: the returns of the log, each as much as its episode would have been likelier with the policy,
 * Σ_i w_i G_i / Σ_i w_i. Consistent; biased to what was logged where few episodes have weight.
 */
export const wis: Estimator = {
  name: 'wis',
  title: 'WIS',
  paper: PRECUP,
  needs: ['densities'],
  prepare(log) {
    const ratios = cumulativeLogRatios(log);
    const returns = loggedReturns(log);
    const weights = relativeWeights(Array.from(log.episodeEnds, (end) => ratios[end - 1]!));
    const weighted = returns.map((value, episode) => weights[episode]! * value);
    return {
      value: (draw) => meanOver(weighted, draw) / meanOver(weights, draw),
      logged: (draw) => meanOver(returns, draw),
      effectiveEpisodes: effectiveSize(weights),
    };
  },
};

/**
 * Per-decision importance sampling: every reward as much as what led to it would have been likelier with the policy,
 * 1/n Σ_i Σ_t γ^t w_it r_it. Without bias if the probabilities are right; its variance grows with the length of episodes.
 */
export const pdis: Estimator = {
  name: 'pdis',
  title: 'PDIS',
  paper: PRECUP,
  needs: ['densities'],
  prepare(log) {
    const ratios = cumulativeLogRatios(log);
    const returns = loggedReturns(log);
    const contributions = new Float64Array(returns.length);
    eachEpisode(log, (episode, start, end) => {
      let share = 1;
      for (let row = start; row < end; row++) {
        contributions[episode]! += share * Math.exp(ratios[row]!) * log.rewards[row]!;
        share *= log.discount;
      }
    });
    return {
      value: (draw) => meanOver(contributions, draw),
      logged: (draw) => meanOver(returns, draw),
      effectiveEpisodes: effectiveSize(courseWeights(log, ratios)),
      meanWeight: meanWeight(log, ratios),
    };
  },
};

/**
 * Per-decision importance sampling whose weights are shared out at every step, Σ_t γ^t (Σ_i w_it r_it / Σ_i w_it). Consistent, and
 * steadier than `pdis`. An episode that ended keeps its weight, and earns nothing any more.
 */
export const wpdis: Estimator = {
  name: 'wpdis',
  title: 'Weighted PDIS',
  paper: 'Thomas 2015, Safe Reinforcement Learning, section 3.8 (CWPDIS)',
  needs: ['densities'],
  prepare(log) {
    const ratios = cumulativeLogRatios(log);
    const returns = loggedReturns(log);
    return {
      value: stepwiseMean(log, ratios, log.rewards, Number.NaN),
      logged: (draw) => meanOver(returns, draw),
      effectiveEpisodes: effectiveSize(courseWeights(log, ratios)),
    };
  },
};
