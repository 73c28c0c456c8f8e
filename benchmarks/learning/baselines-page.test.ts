import { expect, it } from 'vitest';
import type { BaselineRecord } from './baselines/record';
import { baselinesPage } from './baselines-page';

/** A run of made-up scores, one for each of four evaluations. */
function run(
  entrant: string,
  seed: number,
  scores: readonly number[],
  changes: Partial<BaselineRecord> = {},
) {
  const step = (i: number) => (i + 1) * 250;
  return {
    entrant,
    title: entrant.toUpperCase(),
    trainedBy: 'nobody',
    isCounterpart: false,
    environment: 'hopper-v4',
    dataset: { name: 'made-up', hash: '', rows: 1234, meanReturn: null },
    preset: null,
    config: { batchSize: 64 },
    seed,
    steps: 1000,
    versions: { lamo: '0.0.0', node: '20.0.0' },
    machine: 'a machine',
    evaluations: scores.map((score, i) => ({
      step: step(i),
      trainingSeconds: i,
      seed: 7,
      score,
      returns: [],
    })),
    ...changes,
  };
}

const rowsOf = (page: string) => page.split('\n').filter((line) => line.startsWith('| '));

it('gives the mean and the deviation between seeds of the last and of the best evaluation', () => {
  const preset = 'corl';
  const page = baselinesPage([
    run('iql', 0, [9, 40, 20, 10], { preset }),
    run('iql', 1, [0, 0, 20, 14], { preset }),
  ]);
  expect(page).toContain('1,234 rows');
  // Last: 10 and 14, so 12 ± √8; best: 40 and 20, so 30 ± √200.
  expect(rowsOf(page)).toContain('| IQL, preset `corl` | 1,000 | 64 | 2 | 12.0 ± 2.8 | 30.0 ± 14.1 |  |  |');
});

it('puts a counterpart beside its original, and tells how far apart they are', () => {
  const theirs = { title: 'IQL', isCounterpart: true };
  const page = baselinesPage([
    run('iql', 0, [10]),
    run('iql', 1, [14]),
    run('pytorch-iql', 0, [15], theirs),
    run('pytorch-iql', 1, [17], theirs),
  ]);
  expect(rowsOf(page).at(-1)).toBe(
    '| IQL | 1,000 | 64 | 2 | 12.0 ± 2.8 | 12.0 ± 2.8 | 16.0 ± 1.4 | 16.0 ± 1.4 |',
  );
  // Variances 8 and 2 of two seeds each: √(8/2 + 2/2).
  expect(page).toContain('IQL −4.0 ± 2.2');
});

it('has published scores beside those on data like theirs, and a section for each dataset', () => {
  const dataset = { name: 'halfcheetah-medium-sac', hash: '', rows: 5, meanReturn: null };
  const page = baselinesPage([run('td3-bc', 0, [45]), run('td3-bc', 0, [45], { dataset })]);
  expect(page.match(/^## .*/gm)).toEqual(['## halfcheetah-medium-sac', '## made-up']);
  expect(rowsOf(page)).toContain('| TD3-BC | 1,000 | 64 | 1 | 45.0 | 45.0 |  |  | 48.1 ± 0.2 |');
  expect(page).toContain('another dataset of similar quality');
});
