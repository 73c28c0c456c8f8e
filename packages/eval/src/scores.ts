import { checkValues } from './check-values';
import { d4rlReferences, d4rlReturns } from './d4rl-returns';
import type { ScoreRange } from './define-environment';
import { lookUpEnvironment } from './find-environment';

/**
 * Looks up the returns that are the scores 0 and 100.
 *
 * @param id of an environment (`hopper-v4`, `Hopper-v4`) or of a dataset of D4RL (`hopper-medium-v2`)
 * @throws LamoError `unknown-reference`, which names the nearest id
 */
export function referenceReturns(id: string): ScoreRange {
  return findReferences(id) ?? d4rlReturns(id.toLowerCase());
}

/** Tells whether an environment, or a dataset of D4RL, has reference returns. */
export function hasReferenceReturns(id: string): boolean {
  return findReferences(id) !== undefined;
}

/** What an environment's own entry says takes precedence, even if it says that there are none. */
function findReferences(id: string): ScoreRange | undefined {
  const environment = lookUpEnvironment(id);
  return environment === undefined ? d4rlReferences.get(id.toLowerCase()) : environment.score;
}

/**
 * Converts a return to D4RL's normalised score, 100 · (return − random) / (expert − random): 0 is a random
 * policy, 100 D4RL's expert; both can be exceeded.
 *
 * @param reference id of an environment (`hopper-v4`) or of a dataset of D4RL (`hopper-medium-v2`), or the reference returns themselves
 * @param episodeReturn undiscounted sum of rewards, or a mean of such
 * @throws LamoError `unknown-reference`, which names the nearest id; `not-finite`
 * @example
 * normalisedScore('maze2d-umaze-v1', 161.86); // 100
 */
export function normalisedScore(reference: string | ScoreRange, episodeReturn: number): number {
  const { random, expert } = typeof reference === 'string' ? referenceReturns(reference) : reference;
  checkValues('eval/scores', [episodeReturn]);
  return (100 * (episodeReturn - random)) / (expert - random);
}
