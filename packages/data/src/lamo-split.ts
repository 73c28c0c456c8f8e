import type { Dataset } from '@lamo/core';
import { splitBySteps } from './split-by-steps';

/**
 * Cuts a dataset into episodes as LaMo's download script does: only for comparison with its results. It reads D4RL's
 * `qlearning_dataset`, in which rows with a time-out and the last row are missing, and so are the time-outs themselves. It
 * therefore cuts by counting, after a terminated row or after `steps` rows; the counter starts again at 1, so that all
 * pieces but the first are one row shorter.
 *
 * Episodes that a time limit ended run into the next one, HalfCheetah's begin later and later, and the rows after the last cut are lost.
 *
 * @param steps rows of the first piece at most
 * @throws LamoError `no-finished-episode` if there is no cut
 */
export function lamoSplit(dataset: Dataset, steps = 1000): Dataset {
  return splitBySteps(dataset, steps, 1);
}
