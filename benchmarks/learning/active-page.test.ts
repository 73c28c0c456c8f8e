import { expect, it } from 'vitest';
import type { IntegratorRun } from './active/integrator-run';
import type { LanguageRun } from './active/language-run';
import { LANGUAGE_STUDY } from './active/language-study';
import type { TasksRun } from './active/tasks-run';
import { activePage } from './active-page';

const integratorRun = (rule: IntegratorRun['rule'], seed: number, at5: number): IntegratorRun => ({
  ...{ rule, directions: 6, seed },
  returns: Array.from({ length: 21 }, (_, i) => (i === 5 ? at5 : -2)),
});

const study = {
  set: 'swirl',
  hiddenSize: 64,
  learningRate: 1e-3,
  pretrainingSteps: 1,
  steps: 300,
  rounds: 2,
  episodes: 20,
};
const tasksRun = (rule: string, seed: number, last: number, change: Partial<TasksRun> = {}): TasksRun => ({
  ...{ rule, beta: 0.01, before: [6, 0], seed, asked: [0, 1, 0, 1], mixing: [1, 1, 1, 1] },
  successes: [0, 0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, last],
  ...change,
});

it('compares runs of the same seed, and leaves the first demonstrations out of areas', () => {
  const runs = [0, 1, 2].flatMap((seed) => [
    integratorRun('AMF-GP', seed, -1 - seed),
    integratorRun('uniform over the 12', 2 - seed, -2 + seed),
  ]);
  const tasks = [0, 1, 2].flatMap((seed) => [tasksRun('amf', seed, 0.8), tasksRun('uniform', seed, 0.5)]);
  const matched = tasksRun('uniform', 0, 0.25, { before: [3, 3], beta: null });
  const page = activePage({ settings: {}, runs }, [{ settings: study, runs: [...tasks, matched] }]);
  // Seed 0: −1 against 0; seed 1: −2 against −1; seed 2: −3 against −2.
  expect(page).toMatch(/\| AMF-GP \| .* \| −1\.00 \[−1\.00, −1\.00\] \| 3 \|/);
  // (8 · 0.5 + 0.8) / 9, against 0.5
  expect(page).toContain('| amf | 0.533 [0.533, 0.533] | 0.033 [0.033, 0.033] | 0.80 [0.80, 0.80] | 3 |');
  expect(page).toContain('| all alike | none | uniform | 0.00 | 0.50 | 0.50 | 0.50 | 0.25 | 1 |');
  expect(activePage(undefined, [])).not.toContain('integrator');
});

it('compares language models by what they solve after the first demonstrations, and says what was asked for', () => {
  const run = (rule: string, seed: number, last: number, beta: number | null = 16): LanguageRun => ({
    ...{ rule, beta, seed, before: [300, 0, 300, 0, 300, 0, 300, 0], solved: [0, 0.5, last] },
    ...{ solvedAtEnd: [last, 0, 0, 0, 0, 0, 0, 0], asked: [seed, 7], mixing: 0.5 },
  });
  const runs = [0, 1, 2].flatMap((seed) => [
    run('amf', seed, 0.8),
    run('uniform', 2 - seed, 0.7),
    run('uniform', seed, 0.4, null),
    { ...run('amf', seed, 0.9), selectBy: 'mixture' as const },
  ]);
  const page = activePage(undefined, [], { settings: LANGUAGE_STUDY, runs });
  expect(page).toContain('| amf | 0.650 [0.650, 0.650] | 0.050 [0.050, 0.050] | 0.80 [0.80, 0.80] | 3 |');
  expect(page).toContain('| amf, by the mixture (ours) | 0.700 [0.700, 0.700] |');
  expect(page).toMatch(/\| uniform, no prior \| 0\.450 .* \| −0\.150 /);
  expect(page).toContain('| amf | 0.3 | 0.3 | 0.3 | 0.0 | 0.0 | 0.0 | 0.0 | 1.0 |');
  expect(page).toContain('| rule | copy (known) | reverse |');
});
