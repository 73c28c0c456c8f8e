import { expect, it } from 'vitest';
import type { StudyRun } from './estimators/results';
import { estimatorsPage, regretOf } from './estimators-page';

const settings = {
  ...{ task: 'corridor', discount: 0.9, rows: 1000, episodes: 20, logged: 2 },
  ...{ fqe: [10, 5, 2, 8] as const, played: 5 },
};

function run(policy: string, truth: number, wis: number | null, verdict = 'better'): StudyRun {
  const interval = wis === null ? null : { low: wis - 0.5, high: wis + 0.5 };
  const estimates = { wis: { value: wis, interval, effectiveEpisodes: 12, meanWeight: null, verdict } };
  return { policy, truth, error: 0.1, beyond: truth, agreement: -truth, estimates, seconds: 1 };
}

it('says how estimates rank policies, how far off they are, and what a choice by them costs', () => {
  const runs = [run('good', 4, 3), run('fair', 3, 3.2), run('bad', 0, 0.25, 'unusable'), run('odd', 2, null)];
  const page = estimatorsPage([{ settings, runs }]);
  // Ranks 3, 2, 1 and 2, 3, 1: ½. The second is chosen, a quarter of 4 worse than the first. Errors 1, 0.2 and 0.25.
  expect(page).toContain('| WIS | 3 | 2 | 0.5 | 0.25 | 0.483 | 2 |');
  // The control is the wrong way round, and puts the worst first.
  expect(page).toContain('| Agreement (control) | 4 |  | −1 | 1 |  |  |');
  expect(page).toContain('| Drawing lots (control) | 4 |  | 0 | 0.438 |  |  |');
  expect(page).toMatch(/\| bad \| 0 ± 0\.1 \|.*\| \(0\.25\) \|/);
  expect(page).toContain('| FQE | 0 | 0 |  |  |  | 0 |');
});

it('has no regret where the best is chosen', () => {
  expect(
    regretOf([
      { value: 5, truth: 2 },
      { value: 1, truth: 0 },
    ]),
  ).toBe(0);
});
