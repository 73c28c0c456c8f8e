import { type Policy, Rng } from '@lamo/core';
import type { Point } from './point-world';

/** How somebody steers a point. */
export interface PointSteering {
  /** O of the observations, which begin with where the point is. */
  readonly observationSize: number;
  /** Standard deviation of what is added to each component of an action. */
  readonly noise: number;
  /** Of that noise. */
  readonly seed: number;
  /** Chooses an action for where the point is. */
  steer(place: Point): Point;
}

/** Makes a policy that steers points, not quite accurately. */
export function pointExpert({ observationSize, noise, seed, steer }: PointSteering): Policy {
  const rng = Rng.fromSeed(seed).split('steering');
  let actions = new Float32Array(0);
  return {
    reset(batch) {
      actions = new Float32Array(2 * batch);
    },
    async act(observations) {
      for (let slot = 0; 2 * slot < actions.length; slot++) {
        const [x, y] = observations.subarray(observationSize * slot);
        const [along, across] = steer([x!, y!]);
        actions[2 * slot] = along + noise * rng.normal();
        actions[2 * slot + 1] = across + noise * rng.normal();
      }
      return actions;
    },
  };
}
