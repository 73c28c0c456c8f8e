import { LamoError } from '@lamo/core';

/** The error of a step that draws noise without a source. */
export function missingNoise(): LamoError {
  return new LamoError({
    where: 'runtime/devices',
    code: 'missing-noise',
    problem: 'The step draws noise, and run was given no source of it',
    hint: 'Pass a seeded Rng as the second argument of run.',
  });
}
