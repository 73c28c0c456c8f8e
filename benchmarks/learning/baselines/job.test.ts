import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { counterparts } from './counterparts';
import { findEntrants } from './entrants';
import { configOf, type Job, presetOf } from './job';
import { readRecord } from './record';
import { findTask, tasks } from './tasks';

it('gives every run settings that its algorithm takes, and its counterpart all that it asks for', () => {
  for (const task of tasks) {
    for (const entrant of findEntrants()) {
      const job = { task, entrant, steps: 7 } as Job;
      const config = configOf(job);
      expect(config.decaySteps ?? 7, 'a falling rate falls over all steps').toBe(7);
      const given = counterparts[entrant.algorithm.name]?.settings(config) ?? {};
      expect(Object.values(given)).not.toContain(undefined);
    }
  }
});

it('prefers the preset of the task, but where there is a counterpart the preset that both share', () => {
  const entrant = (name: string) => findEntrants().find((entrant) => entrant.name === name)!;
  const maze = findTask('maze2d-umaze-v1');
  expect(presetOf({ task: maze, entrant: entrant('awac') })).toBe('maze2d');
  expect(presetOf({ task: maze, entrant: entrant('iql') })).toBe('corl');
  expect(presetOf({ task: maze, entrant: entrant('bc') })).toBe(undefined);
});

it('makes a published result again with the settings that it was made with', () => {
  for (const task of tasks) {
    const folder = join(import.meta.dirname, '../results/baselines', task.name);
    for (const file of readdirSync(folder)) {
      const { config, steps, isCounterpart, entrant: name } = readRecord(join(folder, file))!;
      if (isCounterpart) continue;
      const entrant = findEntrants().find((entrant) => entrant.name === name)!;
      // Settings that came later have a default that changes nothing.
      expect(configOf({ task, entrant, steps } as Job), file).toMatchObject(config);
    }
  }
});
