import { RuntimeError } from '../errors';

/** The error of a step that draws noise without a source. */
export function missingNoise(): RuntimeError {
  return new RuntimeError({
    where: 'devices',
    code: 'missing-noise',
    problem: 'The step draws noise, and run was given no source of it',
    hint: 'Pass a seeded Rng as the second argument of run.',
  });
}
