import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findTask } from './find-task';
import { findTaskSet, taskSets } from './find-task-set';
import * as registry from './registry';

describe('the registry of task sets', () => {
  it('has a line for every file of a set, and each set once', () => {
    const files = readdirSync(new URL('sets/', import.meta.url)).filter((file) => !file.endsWith('.test.ts'));
    expect(Object.keys(registry)).toHaveLength(files.length);
    expect(taskSets.size).toBe(Object.values(registry).flat().length);
  });
});

describe('names', () => {
  it('of sets and tasks are looked up, and near ones are suggested', () => {
    expect(findTask(findTaskSet('kitchen'), 'kettle').code).toEqual([0, 1, 0, 0, 0, 0]);
    expect(() => findTaskSet('swirl-hrd')).toThrow(/no task set 'swirl-hrd'.*Did you mean 'swirl-hard'\?/);
    expect(() => findTask(findTaskSet('kitchen'), 'kettel')).toThrow(
      /kitchen has no task 'kettel'.*'kettle'\?/,
    );
    expect(() => findTaskSet('chess')).toThrow(
      /one of integrator, integrator-half, kitchen, point-maze, reacher2d, swirl, swirl-hard/,
    );
  });

  it('of tasks of other sets are refused', async () => {
    const stranger = { name: 'fridge', code: [1, 0, 0, 0, 0, 0] };
    for (const name of ['kitchen', 'swirl']) {
      const set = findTaskSet(name);
      await expect(set.open(stranger)).rejects.toThrow(`${name} has no task 'fridge'`);
      expect(() => set.expert(stranger, 0)).toThrow(`${name} has no task 'fridge'`);
    }
  });
});
