import type { Task } from '@lamo/core';
import { findEnvironment } from '../../find-environment';
import { KITCHEN_POSITIONS, openKitchen } from '../../kitchen/kitchen-task';
import { type KitchenSkill, scriptedPlayer } from '../../kitchen/scripted-player';
import { kitchenSkills } from '../../kitchen/skills';
import { findTask } from '../find-task';
import type { TaskSet } from '../task-set';
import { toldTask } from '../told-task';

interface KitchenElementTask extends Task {
  readonly name: KitchenSkill;
}

const skills = Object.keys(kitchenSkills) as KitchenSkill[];
const tasks = skills.map(
  (name, i): KitchenElementTask => ({ name, code: skills.map((_, j) => Number(i === j)) }),
);
const set = { name: 'kitchen', tasks };
const spec = { ...findEnvironment('kitchen-complete-v0').spec, maxEpisodeSteps: 120 };

/**
 * D4RL's FrankaKitchen with one thing to do: what the scripted player can complete, each a task. Every episode starts in the same state, with noise in
 * what is seen, and ends with a reward of 1 when the thing is as it should be. Observations: the 30 positions, and the task's code, a 1 among zeros;
 * the goal that D4RL shows is left out.
 */
export const kitchen: TaskSet = {
  ...set,
  description: 'a robot arm does one of six things in a kitchen',
  part: 'task',
  maxEpisodeSteps: spec.maxEpisodeSteps,
  async open(task) {
    const known = findTask(set, task.name);
    return toldTask(await openKitchen(spec, [known.name]), known, { columns: KITCHEN_POSITIONS });
  },
  expert(task, seed) {
    const { name } = findTask(set, task.name);
    return scriptedPlayer(() => [name]).policy(spec, { seed, noise: true });
  },
  succeeded: ({ terminated }) => terminated,
};
