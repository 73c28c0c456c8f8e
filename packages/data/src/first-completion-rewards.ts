import type { Dataset } from '@lamo/core';
import { checkRowOrder } from './row-order';

/**
 * Rewards each sub-task once, in the step that completes it. D4RL's kitchen sets pay in every step the number of sub-tasks that are done at
 * the moment, so that their returns lie far above the 4 that the environment can pay; here a step is paid by how far
 * that number rises over its highest so far in the episode.
 *
 * The number does not say which sub-tasks are done: one that is completed while another is undone goes unpaid.
 *
 * @throws LamoError `rows-out-of-order`
 */
export function firstCompletionRewards(dataset: Dataset): Dataset {
  checkRowOrder(dataset, 'data/first-completion-rewards', 'first completions');
  const rewards = new Float32Array(dataset.size);
  let row = 0;
  for (const end of dataset.episodeEnds) {
    for (let most = 0; row < end; row++) {
      rewards[row] = Math.max(0, dataset.rewards[row]! - most);
      most += rewards[row]!;
    }
  }
  return { ...dataset, rewards };
}
