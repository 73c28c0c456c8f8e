import { type EnvironmentSpec, Rng, type Task } from '@lamo/core';
import { findTask } from '../find-task';
import { pointExpert } from '../point-expert';
import { openPointWorld, type Point } from '../point-world';
import type { TaskSet } from '../task-set';
import { toldTask } from '../told-task';

/** K: codes say nothing of goals and currents, so that a policy can know of a task only what it was shown. */
const CODE_SIZE = 16;
/** How far the largest component of an action moves the point. */
const SPEED = 0.2;
/** Share of the way to the goal that the expert goes in a step, if it can. */
const GAIN = 0.3;

/** A goal, and the current around it: per step and unit of distance, to the left if it is positive. */
interface SwirlTask extends Task {
  readonly goal: Point;
  readonly current: number;
}

/** What makes a set hard. */
interface Difficulty extends Pick<TaskSet, 'name' | 'description' | 'maxEpisodeSteps'> {
  readonly count: number;
  /** Starts are drawn from the square of −side … side, and goals from four fifths of it. */
  readonly side: number;
  /** How near to the goal counts. */
  readonly near: number;
  /** Standard deviation of the noise of the expert's actions. */
  readonly noise: number;
}

/** Where the current takes the point from, and what an action adds to it. */
const move =
  ({ goal: [x, y], current }: SwirlTask) =>
  (place: Point, action: Point): Point => [
    place[0] + SPEED * action[0] - current * (place[1] - y),
    place[1] + SPEED * action[1] + current * (place[0] - x),
  ];

/** Goes to the goal, and against the current. */
const steer =
  ({ goal: [x, y], current }: SwirlTask) =>
  (place: Point): Point => [
    (GAIN * (x - place[0]) + current * (place[1] - y)) / SPEED,
    (GAIN * (y - place[1]) - current * (place[0] - x)) / SPEED,
  ];

function drawTasks(name: string, count: number, side: number): readonly SwirlTask[] {
  const rng = Rng.fromSeed(0).split(`tasks of ${name}`);
  return Array.from({ length: count }, (_, i) => ({
    name: `goal ${i + 1}`,
    code: Array.from({ length: CODE_SIZE }, () => rng.normal()),
    goal: [rng.uniform(-0.8 * side, 0.8 * side), rng.uniform(-0.8 * side, 0.8 * side)],
    current: rng.uniform(0.1, 0.25) * (i % 2 === 0 ? 1 : -1),
  }));
}

function swirlSet({ count, side, near, noise, ...said }: Difficulty): TaskSet {
  const { name, maxEpisodeSteps } = said;
  const tasks = drawTasks(name, count, side);
  const spec: EnvironmentSpec = {
    id: name,
    observationSize: 2,
    actionSize: 2,
    actionLow: -1,
    actionHigh: 1,
    maxEpisodeSteps,
  };
  const start = (rng: Rng): Point => [rng.uniform(-side, side), rng.uniform(-side, side)];
  return {
    ...said,
    part: 'task',
    tasks,
    async open(task) {
      const known = findTask({ name, tasks }, task.name);
      return toldTask(openPointWorld({ spec, goal: known.goal, near, start, move: move(known) }), known);
    },
    expert(task, seed) {
      const known = findTask({ name, tasks }, task.name);
      return pointExpert({ observationSize: 2 + CODE_SIZE, noise, seed, steer: steer(known) });
    },
    succeeded: ({ terminated }) => terminated,
  };
}

/**
 * Goals in the plane, each with a current that turns around it: a point starts anywhere, and its episode ends as soon as it is at the goal. The reward is
 * minus the distance from the goal after each step. Observations: the place, and the task's code, 16 normal draws. The harder set has more tasks, a
 * smaller goal, and an expert whose hand is so unsteady that it often misses.
 */
export const swirl: readonly TaskSet[] = [
  swirlSet({
    name: 'swirl',
    description: 'a point goes from anywhere to one of 8 goals, through a current of its own',
    count: 8,
    side: 1,
    near: 0.15,
    noise: 0.1,
    maxEpisodeSteps: 15,
  }),
  swirlSet({
    name: 'swirl-hard',
    description: 'as swirl, with 12 goals, smaller ones, and an expert that often misses them',
    count: 12,
    side: 1.2,
    near: 0.08,
    noise: 0.55,
    maxEpisodeSteps: 20,
  }),
];
