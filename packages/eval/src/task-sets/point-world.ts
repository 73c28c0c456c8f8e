import { type Environment, type EnvironmentSpec, Rng } from '@lamo/core';
import { notRunning } from '../not-running';

/** A place in the plane, or a move. */
export type Point = readonly [x: number, y: number];

/** A point in the plane that is to be brought to a goal. */
export interface PointWorld {
  /** Of [2] observations and [2] actions. */
  readonly spec: EnvironmentSpec;
  /** Where the point is to go. */
  readonly goal: Point;
  /** How near to the goal the task is done, and the episode ends. @default 0: never, but for the time limit */
  readonly near?: number;
  /** Draws where an episode starts. */
  start(rng: Rng): Point;
  /** Computes where an action leads. @param action within its bounds */
  move(place: Point, action: Point): Point;
}

/**
 * Opens the world of a point. Observations: where it is. The reward is minus the distance from the goal after the step.
 *
 * @param world has one number for all bounds of actions, [−bound, bound]
 */
export function openPointWorld({ spec, goal, near = 0, start, move }: PointWorld): Environment {
  const observation = new Float64Array(2);
  const bound = Number(spec.actionHigh);
  const clip = (component: number) => Math.min(bound, Math.max(-bound, component));
  let rng = Rng.fromSeed(0);
  let place: Point | undefined;
  let steps = 0;
  return {
    spec,
    reset(seed) {
      if (seed !== undefined) rng = Rng.fromSeed(seed);
      place = start(rng);
      steps = 0;
      observation.set(place);
      return observation;
    },
    step(action) {
      if (place === undefined) throw notRunning(spec.id);
      place = move(place, [clip(action[0]!), clip(action[1]!)]);
      observation.set(place);
      steps += 1;
      const distance = Math.hypot(goal[0] - place[0], goal[1] - place[1]);
      const terminated = distance < near;
      const truncated = !terminated && steps >= spec.maxEpisodeSteps;
      if (terminated || truncated) place = undefined;
      return { observation, reward: -distance, terminated, truncated };
    },
    dispose() {},
  };
}
