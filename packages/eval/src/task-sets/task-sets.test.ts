import type { Dataset, Environment } from '@lamo/core';
import { observationParts } from '@lamo/data';
import { describe, expect, it } from 'vitest';
import { randomPolicy } from '../policies/random-policy';
import { mean } from '../statistics/statistics';
import { demonstrate } from './demonstrate';
import { evaluateTasks } from './evaluate-tasks';
import { findTaskSet, taskSets } from './find-task-set';
import type { Task, TaskSet } from './task-set';

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
    expect(new Set(set.tasks.map(({ code }) => code.length)).size).toBe(1);
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

describe('integrator', () => {
  const set = findTaskSet('integrator');

  it('is done by its expert as the paper says, but for its noise', async () => {
    for (const task of set.tasks) {
      // 1/2 + 1/4 + … + 1/32 of the way is left after each step.
      const exact = {
        reset() {},
        act: async (seen: Float32Array | Uint8Array) =>
          Float32Array.from({ length: seen.length / 2 }, (_, i) => {
            const [slot, axis] = [4 * Math.floor(i / 2), i % 2];
            return 0.5 * (seen[slot + 2 + axis]! - seen[slot + axis]!);
          }),
      };
      const [{ returns }] = (await evaluateTasks(exact, set, { tasks: [task], episodes: 2 })) as [
        { returns: readonly number[] },
      ];
      // Actions are 32-bit.
      for (const value of returns) expect(value).toBeCloseTo(-0.96875, 6);
    }
  });
});
