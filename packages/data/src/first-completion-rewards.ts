import type { Dataset } from '@lamo/core';
import { checkRowOrder } from './row-order';

/**
 * Rewards each sub-task once, in the step that completes it. D4RL's kitchen sets reward every step with the number of sub-tasks that are
 * currently done, so their returns are far above the 4 that the environment can give; here a step's reward is how far that
 * number rises above its previous highest in the episode.
 *
 * The number does not say which sub-tasks are done: one that is completed while another is undone earns nothing.
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
