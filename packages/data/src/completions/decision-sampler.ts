import type { BatchSource, Rng } from '@lamo/core';
import { checkRewards } from './check-rewards';
import { drawExamples } from './completion-sampler';
import type { Completions } from './completions';

/** Options of {@link decisionSampler}. */
export interface DecisionSamplerOptions {
  /** B, the examples of a batch. */
  readonly batchSize: number;
  /** γ of the returns, for each learned token. */
  readonly discount: number;
  /** Draws the order of each epoch. */
  readonly rng: Rng;
}

type Names = 'tokens' | 'mask' | 'rewards' | 'nextStates' | 'returns' | 'nextTokens';

/**
 * Draws examples as `completionSampler` does, as decisions: each learned token is an action, chosen at the place before it. Beside `tokens` and `mask`
 * [B, T] are, for each learned token and 0 elsewhere:
 *
 * - `rewards` [B, T], what it brought;
 * - `nextStates` [B, T], the place where the next action is chosen: for the last token of a turn the last one that is read before the
 *   next turn, not the one after it. After the last action it is −1 where the example really ended, and otherwise its last token, or
 *   T + the place of the last one in `nextTokens`, if the prompt is known that came next;
 * - `returns` [B, T], the discounted sum of this reward and those of later actions.
 *
 * Where any example has a prompt that came next there are also `nextTokens` [B, N], zeros after the last one.
 *
 * @throws LamoError `no-rewards`, `out-of-range`; `other-completions` when restoring
 */
export function decisionSampler(
  completions: Completions,
  { batchSize, discount, rng }: DecisionSamplerOptions,
): BatchSource<Names> {
  checkRewards(completions);
  const { length, nextLength } = completions;
  const lengths: Readonly<Record<string, number>> = {
    ...{ tokens: length, mask: length, rewards: length, nextStates: length, returns: length },
    ...(nextLength > 0 && { nextTokens: nextLength }),
  };
  return drawExamples(completions, { batchSize, rng }, lengths as Record<Names, number>, (example, into) => {
    completions.read(example, into);
    if (nextLength > 0) into.nextTokens.fill(0).set(completions.next(example));
    lookAhead(into, lastState(completions, example), discount);
  });
}

/** The state after the last action. */
function lastState(completions: Completions, example: number): number {
  const next = completions.next(example);
  if (next.length > 0) return completions.length + next.length - 1;
  if (!completions.isUnfinished(example)) return -1;
  const { prompt, completion } = completions.count(example);
  return prompt + completion - 1;
}

/** Fills one row in, from its end. @param last the state after the last action */
function lookAhead(
  { mask, rewards, nextStates, returns }: Readonly<Record<Names, Float32Array>>,
  last: number,
  discount: number,
): void {
  nextStates.fill(0);
  returns.fill(0);
  let next = last;
  let sum = 0;
  for (let token = mask.length - 1; token > 0; token--) {
    if (mask[token] === 0) continue;
    sum = rewards[token]! + discount * sum;
    nextStates[token] = next;
    returns[token] = sum;
    next = token - 1;
  }
}
