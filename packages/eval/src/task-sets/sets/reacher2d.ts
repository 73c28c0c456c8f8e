import type { Task } from '@lamo/core';
import { reacher2d as environment, openReacher2d, reaching } from '../../environments/reacher2d';
import type { TaskSet } from '../task-set';
import { toldTask } from '../told-task';
import { untilPaid } from '../until-paid';

const TARGETS = 8;
/** From the shoulder, in metres: between those of the nearest and of the farthest target that the environment draws. */
const DISTANCE = 0.75;
/** Sines, cosines, velocities and the fingertip's place; the columns after these tell where the target is. */
const COLUMNS = 8;

const spec = { ...environment.spec, maxEpisodeSteps: 50 };

/** @param turn share of a whole turn */
function targetAt(turn: number): Task {
  const angle = 2 * Math.PI * turn;
  return { name: `${360 * turn}°`, code: [DISTANCE * Math.cos(angle), DISTANCE * Math.sin(angle)] };
}

/**
 * The arm of `reacher2d-v1` with a target that stays: one of 8 around it. Postures are drawn anew in each episode, which ends when the fingertip
 * is at the target, with a reward of 1. Observations: sines and cosines of both angles, their velocities, the fingertip, and the target.
 */
export const reacher2d: TaskSet = {
  name: 'reacher2d',
  description: 'an arm moves its fingertip to one of 8 targets around it',
  part: 'goal',
  tasks: Array.from({ length: TARGETS }, (_, i) => targetAt(i / TARGETS)),
  maxEpisodeSteps: spec.maxEpisodeSteps,
  async open(task) {
    const [x = 0, y = 0] = task.code;
    const arm = untilPaid(await openReacher2d(spec, { target: [x, y] }));
    return toldTask(arm, task, { part: 'goal', columns: COLUMNS });
  },
  expert: (_, seed) => reaching.policy(spec, { seed, noise: false }),
  succeeded: ({ terminated }) => terminated,
};
