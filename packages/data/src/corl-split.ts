import type { Dataset } from '@lamo/core';
import { splitBySteps } from './split-by-steps';

/**
 * Cuts a dataset into episodes as CORL's `any_percent_bc` does before it ranks them: only for comparison with its results. It reads
 * D4RL's `qlearning_dataset`, in which rows with a time-out and the last row are missing, and so are the time-outs themselves.
 * It therefore cuts by counting, after a terminated row or after `steps` rows.
 *
 * Episodes that a time limit ended run into the next one: HalfCheetah's begin later and later, maze2d falls into pieces of 1000
 * rows, and the rows after the last cut are lost. (CORL has a setting for the number of rows, but never reads it.)
 *
 * @throws LamoError `no-finished-episode` if there is no cut
 */
export function corlSplit(dataset: Dataset, steps = 1000): Dataset {
  return splitBySteps(dataset, steps);
}
