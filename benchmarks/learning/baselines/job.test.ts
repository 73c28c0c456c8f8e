import { expect, it } from 'vitest';
import { counterparts } from './counterparts';
import { findEntrants } from './entrants';
import { configOf, type Job, presetOf } from './job';
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
