import { type Dataset, Rng } from '@lamo/core';
import { createDataset } from '@lamo/data';

const ROWS = 400;

/**
 * Makes a small dataset on which every algorithm can learn something: somebody pulls a point in the plane towards the
 * middle, a little carelessly, and pays for the distance that is left.
 *
 * Observations are the position and the step's number, actions the pull. Episodes have one to six steps; some are
 * terminated, some cut by a time limit, and the last one is unfinished.
 */
export function toyDataset(): Dataset {
  const rng = Rng.fromSeed(5);
  const observations: number[][] = [];
  const actions: number[][] = [];
  const rewards: number[] = [];
  const terminated: boolean[] = [];
  const truncated: boolean[] = [];
  while (rewards.length < ROWS) {
    const length = 1 + rng.integer(6);
    const isCut = rng.integer(3) === 0;
    let position = [rng.uniform(-1, 1), rng.uniform(-1, 1)];
    for (let step = 0; step < length && rewards.length < ROWS; step++) {
      const pull = position.map((x) => Math.max(-1, Math.min(1, 0.2 * rng.normal() - 0.5 * x)));
      observations.push([...position, step / 6]);
      actions.push(pull);
      position = position.map((x, i) => x + pull[i]!);
      rewards.push(-Math.hypot(...position));
      terminated.push(step === length - 1 && !isCut);
      truncated.push(step === length - 1 && isCut);
    }
  }
  terminated[ROWS - 1] = false;
  truncated[ROWS - 1] = false;
  return createDataset({ name: 'toy', observations, actions, rewards, terminated, truncated });
}
