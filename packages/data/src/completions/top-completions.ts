import { checkFraction } from '@lamo/core';
import { checkRewards } from './check-rewards';
import type { Completions } from './completions';

/**
 * Keeps the examples that brought most, the sum of their rewards, in their order: what is learned from them by imitation is filtered behaviour cloning. Of
 * those that brought the same, the earlier come first.
 *
 * @param fraction share of the examples, rounded, at least one
 * @throws LamoError `no-rewards`, `out-of-range`
 * @example
 * const best = topCompletions(completions, 0.1);
 */
export function topCompletions(completions: Completions, fraction: number): Completions {
  checkFraction('data/completions', 'fraction', fraction);
  checkRewards(completions);
  const { examples } = completions;
  const rewards = Float64Array.from({ length: examples }, (_, i) => completions.reward(i));
  const best = Array.from(rewards.keys()).sort((a, b) => rewards[b]! - rewards[a]! || a - b);
  return completions.select(
    best.slice(0, Math.max(1, Math.round(fraction * examples))).sort((a, b) => a - b),
  );
}
