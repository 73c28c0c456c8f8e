import { checkNumber } from '@lamo/core';
import type { TextScore } from './score-texts';

/**
 * Spreads the reward of a text over its tokens by what the reward model attends to (ABC: Chan et al. 2024, "Dense Reward for Free in Reinforcement
 * Learning from Human Feedback", arXiv 2402.00782): rₜ = β R αₜ + (1 − β) R [t is the last]. It is potential-based shaping, so the best policy stays the best, and
 * the rewards of a text add up to R.
 *
 * @param share β; with 0 the last token gets all, as if nothing were spread
 * @returns [n] for each token that is learned
 * @throws LamoError `out-of-range`
 */
export function redistributeReward(
  { reward, attention }: Pick<TextScore, 'reward' | 'attention'>,
  share: number,
): Float64Array {
  const isShare = (value: number) => value >= 0 && value <= 1;
  checkNumber('models/redistribute-reward', 'share', share, 'a number from 0 to 1', isShare);
  const rewards = attention.map((each) => share * reward * each);
  rewards[rewards.length - 1]! += (1 - share) * reward;
  return rewards;
}
