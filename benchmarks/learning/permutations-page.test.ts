import { expect, it } from 'vitest';
import { type PermutationRun, TEMPERATURES } from './permutations/learners';
import { permutationsPage } from './permutations-page';

function run(name: string, seed: number, valid: number): PermutationRun {
  const frontier = TEMPERATURES.map((temperature) => ({
    temperature,
    valid: valid / temperature,
    distinct: 3,
    selfBleu: 50,
    entropy: 0.5,
  }));
  return { name, seed, heldOutLoss: 1.5, frontier };
}

it('says what each learner comes to at temperature 1, and its frontier, with intervals from three seeds on', () => {
  const runs = [run('mle', 0, 0.4), run('mle', 1, 0.4), run('mle', 2, 0.4), run('iq-0.5-1', 0, 0.3)];
  const page = permutationsPage({ settings: { steps: 3000 }, runs });
  expect(page).toContain('in 3,000 steps');
  expect(page).toContain(
    '| MLE | 1.50 [1.50, 1.50] | 0.40 [0.40, 0.40] | 50.0 [50.0, 50.0] | 0.50 [0.50, 0.50] | 3 |',
  );
  expect(page).toContain('| IQLearn, λ 0.5 | 1.50 | 0.30 | 50.0 | 0.50 | 1 |');
  expect(page).toContain('| IQLearn, λ 0.5 | 0.60; 3.0 | 0.43; 3.0 | 0.30; 3.0 | 0.19; 3.0 |');
  expect(page).not.toContain('z-loss');
});
