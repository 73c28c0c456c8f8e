import { type Dataset, type Environment, Rng, type Task } from '@lamo/core';
import { observationParts } from '@lamo/data';
import { describe, expect, it } from 'vitest';
import { goalDistance } from '../kitchen/elements';
import { randomPolicy } from '../policies/random-policy';
import { mean } from '../statistics/statistics';
import { demonstrate } from './demonstrate';
import { evaluateTasks } from './evaluate-tasks';
import { findTask } from './find-task';
import { findTaskSet, taskSets } from './find-task-set';
import type { TaskSet } from './task-set';

const sets = [...taskSets.values()];

/** Opens a world for as long as something is asked of it. */
async function within<T>(set: TaskSet, task: Task, ask: (environment: Environment) => T): Promise<T> {
  const environment = await set.open(task);
  try {
    return ask(environment);
  } finally {
    environment.dispose();
  }
}

/** [rows, K] the columns that tell the task. */
function toldIn({ observationSpace, observations, observationSize, size }: Dataset, part: string) {
  const { start, end } = observationParts({ observationSpace })[part]!;
  return Array.from({ length: size }, (_, row) =>
    Array.from(observations.subarray(row * observationSize + start, row * observationSize + end)),
  );
}

describe.each(sets.map((set) => [set.name, set] as const))('the task set %s', (_, set) => {
  const [first] = set.tasks as [Task];

  it('has tasks with names of their own, and different codes of one length', () => {
    expect(set.tasks.length).toBeGreaterThan(1);
    expect(new Set(set.tasks.map(({ name }) => name)).size).toBe(set.tasks.length);
    expect(new Set(set.tasks.map(({ code }) => code.join())).size).toBe(set.tasks.length);
    const drawn = set.draw === undefined ? [] : [set.draw(Rng.fromSeed(1)), set.draw(Rng.fromSeed(2))];
    expect(new Set(drawn.map(({ name }) => name)).size).toBe(drawn.length);
    expect(new Set([...set.tasks, ...drawn].map(({ code }) => code.length)).size).toBe(1);
  });

  it('opens the same world for each task, with as many columns for its code', async () => {
    const specs = [];
    for (const task of set.tasks.slice(0, 2)) specs.push(await within(set, task, ({ spec }) => spec));
    expect(specs[1]).toEqual(specs[0]);
    const { start, end } = observationParts(specs[0]!)[set.part]!;
    expect(end - start).toBe(first.code.length);
    expect(specs[0]!.maxEpisodeSteps).toBe(set.maxEpisodeSteps);
  });

  it('tells the task at every step, and shows the same for equal seeds', async () => {
    const task = set.tasks.at(-1)!;
    const shown = await demonstrate(set, task, { seed: 3 });
    for (const code of toldIn(shown, set.part)) expect(code).toEqual(task.code.map(Math.fround));
    expect(shown.name).toBe(`${set.name}: ${task.name}`);
    expect(shown.episodeEnds.length).toBe(1);
    expect(shown.lastEpisodeFinished).toBe(true);
    expect(shown.size).toBeLessThanOrEqual(set.maxEpisodeSteps);
    expect(await demonstrate(set, task, { seed: 3 })).toEqual(shown);
    expect((await demonstrate(set, task, { seed: 4 })).actions).not.toEqual(shown.actions);
  });
});

describe('experts', () => {
  // Least shares of successes: well below those that 100 episodes of each task have: 1, 0.78, 1 and 1.
  const least: Readonly<Record<string, number>> = {
    swirl: 0.9,
    'swirl-hard': 0.5,
    'point-maze': 0.9,
    reacher2d: 0.8,
  };
  const counted = sets.filter(({ name }) => name in least);

  it.each(counted.map((set) => [set.name, set] as const))('do their tasks: %s', async (name, set) => {
    const done: number[] = [];
    for (const task of set.tasks) {
      const { episodeEnds, terminated } = await demonstrate(set, task, { episodes: 4, seed: 1 });
      expect(episodeEnds.length).toBe(4);
      for (const end of episodeEnds) done.push(terminated[end - 1]!);
    }
    expect(mean(done)).toBeGreaterThan(least[name]!);
  });

  it('do tasks of the kitchen, and stop', async () => {
    const set = findTaskSet('kitchen');
    const task = findTask(set, 'kettle');
    const { rewards, observations, observationSize, size } = await demonstrate(set, task);
    expect(observationSize).toBe(36);
    expect(Array.from(rewards, Number).indexOf(1)).toBe(size - 1);
    const last = observations.subarray((size - 1) * observationSize);
    expect(goalDistance('kettle', last)).toBeLessThan(goalDistance('kettle', observations) / 1.1);
  });

  it.each(sets.filter(({ name }) => name !== 'kitchen').map((set) => [set.name, set] as const))(
    'are better than chance: %s',
    async (_, set) => {
      const task = set.tasks[1]!;
      const random = randomPolicy(await within(set, task, ({ spec }) => spec), 1);
      const options = { tasks: [task], episodes: 10, seed: 2 };
      const [expert] = await evaluateTasks(await set.expert(task, 1), set, options);
      const [chance] = await evaluateTasks(random, set, options);
      expect(mean(expert!.returns)).toBeGreaterThan(mean(chance!.returns));
    },
  );
});
