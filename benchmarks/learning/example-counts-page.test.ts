import { expect, it } from 'vitest';
import { exampleCountsPage } from './example-counts-page';
import { type CountRun, LOOKS } from './permutations/example-counts';

const run = (name: string, perPrompt: number, seed: number, loss: number): CountRun => ({
  ...{ name, perPrompt, examples: 150 * perPrompt, seed },
  curve: LOOKS.map((step) => ({ step, heldOutLoss: loss + step / 1000, valid: 0.5, distinct: 3 })),
});

it('has curves for each number of examples, with intervals from three seeds on', () => {
  const page = exampleCountsPage([
    ...[0, 1, 2].map((seed) => run('mle', 2, seed, 1)),
    run('iq-0.5-1', 20, 0, 0.5),
  ]);
  expect(page).toContain('## 300 examples');
  expect(page).toContain('## 3,000 examples');
  expect(page).not.toContain('1,050');
  expect(page).toContain(
    '| MLE | 1.25 [1.25, 1.25] | 1.50 [1.50, 1.50] | 2.00 [2.00, 2.00] | 3.00 [3.00, 3.00] | 4.00 [4.00, 4.00] | 3 |',
  );
  expect(page).toContain('| IQLearn, λ 0.5 | 0.75 | 1.00 | 1.50 | 2.50 | 3.50 | 1 |');
  expect(page).toContain('| IQLearn, λ 0.5 | 0.50; 3.0 |');
});
