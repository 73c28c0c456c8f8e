import type { JudgedLog } from '@lamo/core';
import { ensembleMean, loggedReturns, meanOver, partOf } from './episodes';
import type { Estimator } from './estimator';

/**
 * Fitted Q evaluation: the mean of what networks say where episodes begin. Each network learned from a sample of the episodes, so
 * how far they are apart says how much chance is in them.
 */
export const fittedQ: Estimator = {
  name: 'fqe',
  title: 'FQE',
  paper:
    'Le, Voloshin and Yue 2019, Batch Policy Learning under Constraints; intervals: Hao et al. 2021, Bootstrapping Fitted Q-Evaluation',
  needs: ['networks'],
  prepare(log) {
    const { policy, cuts, drift = 0 } = partOf(log, 'networks');
    const firsts = Array.from(log.episodeEnds, (_, episode) => log.episodeEnds[episode - 1] ?? 0);
    return {
      value: ensembleMean(policy.map((values) => firsts.map((row) => values[row]!))),
      logged: ensembleMean(cuts.map((own) => loggedReturns(log, own))),
      slack: drift,
    };
  },
};

/**
 * What the policy's own critics say where episodes begin. It costs nothing; critics that have not learned long enough, or are made to
 * be pessimistic, are off. How far the log surprises them goes into the interval: as if they were wrong by as much at every step.
 */
export const initialValue: Estimator = {
  name: 'initial-value',
  title: 'Initial value',
  paper: 'Paine et al. 2020, Hyperparameter Selection for Offline Reinforcement Learning',
  needs: ['critics'],
  prepare(log) {
    const { starts, cuts, surprise } = partOf(log, 'critics');
    const returns = loggedReturns(log, cuts);
    return {
      value: (draw) => meanOver(starts, draw),
      logged: (draw) => meanOver(returns, draw),
      slack: Math.abs(surprise) * horizonOf(log),
    };
  },
};

/** How many steps count: 1 / (1 − γ), or without a discount those of an episode. */
function horizonOf({ discount, rewards, episodeEnds }: JudgedLog): number {
  return discount < 1 ? 1 / (1 - discount) : rewards.length / episodeEnds.length;
}
