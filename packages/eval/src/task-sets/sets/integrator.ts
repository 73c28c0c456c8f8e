import type { EnvironmentSpec, Task } from '@lamo/core';
import { pointExpert } from '../point-expert';
import { openPointWorld, type Point } from '../point-world';
import type { TaskSet } from '../task-set';
import { toldTask } from '../told-task';

/** Share of the way to the goal that the expert goes in a step. */
const GAIN = 0.5;
const NOISE = 0.05;

const spec: EnvironmentSpec = {
  id: 'integrator',
  observationSize: 2,
  actionSize: 2,
  actionLow: -1,
  actionHigh: 1,
  maxEpisodeSteps: 5,
};

/** A goal on the unit circle. @param turn share of a whole turn, from the x axis */
function goalAt(turn: number): Task {
  const angle = 2 * Math.PI * turn;
  return { name: `${Number((360 * turn).toFixed(3))}°`, code: [Math.cos(angle), Math.sin(angle)] };
}

/** @param turn share of a whole turn that the goals to be judged on are evenly spread over */
function integratorSet(named: Pick<TaskSet, 'name' | 'description'>, goals: number, turn: number): TaskSet {
  return {
    ...named,
    part: 'goal',
    tasks: Array.from({ length: goals }, (_, i) => goalAt((turn * i) / goals)),
    draw: (rng) => goalAt(rng.uniform()),
    maxEpisodeSteps: spec.maxEpisodeSteps,
    async open(task) {
      const [x = 0, y = 0] = task.code;
      const world = openPointWorld({
        spec,
        goal: [x, y],
        start: () => [0, 0],
        move: (place, action) => [place[0] + action[0], place[1] + action[1]],
      });
      return toldTask(world, task, { part: 'goal' });
    },
    expert({ code: [x = 0, y = 0] }, seed) {
      const steer = (place: Point): Point => [GAIN * (x - place[0]), GAIN * (y - place[1])];
      return pointExpert({ observationSize: 4, noise: NOISE, seed, steer });
    },
  };
}

/**
 * The 2D integrator of AMF (Bagatella et al. 2025, "Active Fine-Tuning of Multi-Task Policies"): a point starts at the origin, adds
 * its action to its place, and is to come near to a goal on the unit circle in 5 steps. The reward is minus the distance after each step: the expert, which
 * halves it, would return −0.969 if it were not for its noise. Observations: the place, and the goal.
 *
 * In the set that is ours alone, demonstrations may be asked for all around the circle, too, but those of one half of it are for nothing: whoever asks
 * where it is least certain asks for both.
 */
export const integrator: readonly TaskSet[] = [
  integratorSet(
    {
      name: 'integrator',
      description: 'a point goes from the origin to a goal on the unit circle, in any direction',
    },
    12,
    1,
  ),
  integratorSet(
    {
      name: 'integrator-half',
      description: 'as integrator, and only goals on the upper half of the circle are judged',
    },
    6,
    0.5,
  ),
];
