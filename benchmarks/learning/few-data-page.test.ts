import { expect, it } from 'vitest';
import type { FewDataResults, FewDataRun } from './few-data/results';
import { fewDataPage } from './few-data-page';

const settings: FewDataResults['settings'] = {
  task: 'hopper-medium',
  environment: 'hopper-v4',
  dataset: { rows: 200_000, episodes: 395 },
  behaviourScore: 42.5,
  steps: 4,
  transitionSteps: 8,
  pretrainingSteps: 2,
  sequences: '--context-length 5',
  backbones: '--layers 4',
};

/** A run with an evaluation at each of four steps. */
function run(variant: string, seed: number, ...scores: number[]): FewDataRun {
  const evaluations = scores.map((score, i) => ({ step: i + 1, score, returns: [] }));
  return { variant, ratio: 0.1, seed, evaluations };
}

it('says the mean of the evaluations in the last half, with an interval from three seeds on', () => {
  const runs = [
    run('bc', 0, 99, 99, 10, 20),
    run('bc', 1, 99, 99, 10, 20),
    run('bc', 2, 99, 99, 15, 15),
    run('dt', 0, 99, 99, -3, -5),
  ];
  const page = fewDataPage([{ settings, runs }]);
  expect(page).toContain('| BC | 15.0 [15.0, 15.0] (3 seeds) |');
  expect(page).toContain('| DT | −4.0 (1 seed) |');
});

it('compares LaMo with each of the others where both have runs', () => {
  const runs = [
    run('lamo', 0, 0, 0, 30, 30),
    run('lamo', 1, 0, 0, 10, 10),
    run('dt', 0, 0, 0, 20, 20),
    { ...run('bc', 0, 0, 0, 1, 1), ratio: 1 },
  ];
  const lines = fewDataPage([{ settings, runs }]).split('\n');
  // Of the two pairs one is won; the means are the same.
  expect(lines.find((line) => line.startsWith('| DT | 0.50'))).toMatch(/\| \+0\.0 \| 1 \|$/);
  expect(lines.some((line) => line.startsWith('| BC | 1.00') || line.startsWith('| BC | 0.'))).toBe(false);
});
