import { type Dataset, Rng } from '@lamo/core';
import { createDataset } from '@lamo/data';

/** Sizes of D4RL's Hopper. */
const HOPPER = { observationSize: 11, actionSize: 3 };

/**
 * Random data of Hopper's sizes: how long a step takes does not depend on the numbers.
 *
 * @param rows transitions, in episodes of full length
 */
export function randomDataset({ rows = 100_000, episodeLength = 1000 } = {}): Dataset {
  const { observationSize, actionSize } = HOPPER;
  const rng = Rng.fromSeed(1);
  const draw = (size: number) => Float32Array.from({ length: size }, () => rng.normal());
  const truncated = new Uint8Array(rows);
  for (let row = episodeLength - 1; row < rows; row += episodeLength) truncated[row] = 1;
  return createDataset({
    name: 'random',
    observationSize,
    actionSize,
    observations: draw(rows * observationSize),
    actions: draw(rows * actionSize).map(Math.tanh),
    rewards: draw(rows),
    terminated: new Uint8Array(rows),
    truncated,
  });
}
