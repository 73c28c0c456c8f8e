import type { Dataset } from '@lamo/core';
import { checkFiniteValues, checkNumber } from '@lamo/core';
import { checkRowOrder } from './row-order';

const WHERE = 'data/returns';

/**
 * Sums the rewards from each row to the end of its episode: R_t = r_t + discount · R_{t+1}. The row's own reward is
 * included, as in the Decision Transformer's code (its paper starts the sum one step later).
 *
 * @param rewards [N]
 * @param episodeEnds one past the last row of each episode, ascending
 * @param beyond what is earned after the last row of each episode, such as {@link returnsBeyond} @default nothing
 * @returns [N]
 * @throws LamoError `out-of-range`, `not-finite`
 */
export function returnsToGo(
  rewards: ArrayLike<number>,
  episodeEnds: Uint32Array,
  discount = 1,
  beyond?: ArrayLike<number>,
): Float32Array {
  checkNumber(WHERE, 'discount', discount);
  if (Array.isArray(rewards)) checkFiniteValues(WHERE, 'rewards', rewards);
  const returns = new Float32Array(rewards.length);
  let start = 0;
  for (const [episode, end] of episodeEnds.entries()) {
    let sum = beyond?.[episode] ?? 0;
    for (let row = end - 1; row >= start; row--) {
      sum = rewards[row]! + discount * sum;
      returns[row] = sum;
    }
    start = end;
  }
  return returns;
}

/**
 * Sums the rewards that follow each row to the end of its episode: R_t = r_{t+1} + discount · R_{t+1}, 0 at the end. The row's own
 * reward is left out, as in the Decision Transformer's paper and in LaMo's Atari code.
 *
 * @param rewards [N]
 * @param episodeEnds one past the last row of each episode, ascending
 * @returns [N]
 * @throws LamoError `out-of-range`, `not-finite`
 */
export function returnsAfter(
  rewards: ArrayLike<number>,
  episodeEnds: Uint32Array,
  discount = 1,
): Float32Array {
  const returns = returnsToGo(rewards, episodeEnds, discount).copyWithin(0, 1);
  for (const end of episodeEnds) returns[end - 1] = 0;
  return returns;
}

/**
 * Sums the rewards of each episode in double precision.
 *
 * @returns one return per episode, that of an unfinished last episode included
 */
export function episodeReturns({ rewards, episodeEnds }: Dataset, discount = 1): Float64Array {
  const returns = new Float64Array(episodeEnds.length);
  let start = 0;
  for (const [episode, end] of episodeEnds.entries()) {
    let sum = 0;
    for (let row = end - 1; row >= start; row--) sum = rewards[row]! + discount * sum;
    returns[episode] = sum;
    start = end;
  }
  return returns;
}

/**
 * Moves every reward to the last row of its episode, which then holds the episode's return, the others 0
 * (the "delayed" reward mode of the Decision Transformer).
 *
 * @throws LamoError `rows-out-of-order`
 */
export function delayedRewards(dataset: Dataset): Dataset {
  checkRowOrder(dataset, WHERE, 'returns');
  const rewards = new Float32Array(dataset.size);
  const returns = episodeReturns(dataset);
  for (const [episode, end] of dataset.episodeEnds.entries()) rewards[end - 1] = returns[episode]!;
  return { ...dataset, rewards };
}

/**
 * Moves every reward one row up, to the action that led to it; the last row of an episode keeps its own. D4RL's maze2d sets
 * store the reward of the state *before* each action (D4RL issue 194), while the environment rewards the state after it.
 *
 * @throws LamoError `rows-out-of-order`
 */
export function alignRewards(dataset: Dataset): Dataset {
  checkRowOrder(dataset, WHERE, 'the reward after an action');
  const rewards = new Float32Array(dataset.size);
  rewards.set(dataset.rewards.subarray(1));
  for (const end of dataset.episodeEnds) rewards[end - 1] = dataset.rewards[end - 1]!;
  return { ...dataset, rewards };
}
