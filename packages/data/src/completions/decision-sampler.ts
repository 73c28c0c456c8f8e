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

type Names = 'tokens' | 'mask' | 'rewards' | 'nextStates' | 'returns';

/**
 * Draws examples as `completionSampler` does, as decisions: each learned token is an action, chosen at the place before it. Beside `tokens` and `mask`
 * [B, T] are, for each learned token and 0 elsewhere:
 *
 * - `rewards` [B, T], what it brought;
 * - `nextStates` [B, T], the place where the next action is chosen: for the last token of a turn the last one that is read before the
 *   next turn, not the one after it. After the last action it is −1 where the example really ended, and otherwise its last token;
 * - `returns` [B, T], the discounted sum of this reward and those of later actions.
 *
 * @throws LamoError `no-rewards`, `out-of-range`; `other-completions` when restoring
 */
export function decisionSampler(
  completions: Completions,
  { batchSize, discount, rng }: DecisionSamplerOptions,
): BatchSource<Names> {
  checkRewards(completions);
  const { length } = completions;
  const names: readonly Names[] = ['tokens', 'mask', 'rewards', 'nextStates', 'returns'];
  return drawExamples(completions, { batchSize, rng }, names, (example, into, row) => {
    const own = (name: Names) => into[name].subarray(row * length, (row + 1) * length);
    const arrays = { tokens: own('tokens'), mask: own('mask'), rewards: own('rewards') };
    completions.read(example, arrays);
    const { prompt, completion } = completions.count(example);
    const last = completions.isUnfinished(example) ? prompt + completion - 1 : -1;
    lookAhead(arrays, last, discount, own('nextStates'), own('returns'));
  });
}

/** Fills one row in, from its end. @param last the state after the last action */
function lookAhead(
  { mask, rewards }: Readonly<Record<'mask' | 'rewards', Float32Array>>,
  last: number,
  discount: number,
  nextStates: Float32Array,
  returns: Float32Array,
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
