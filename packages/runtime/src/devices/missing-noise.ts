import { LamoError } from '@lamo/core';

/** The error of a step that draws noise without a source. */
export function missingNoise(): LamoError {
  return new LamoError({
    where: 'runtime/devices',
    code: 'missing-noise',
    problem: 'The step draws noise, but `run` was called without a source of it',
    hint: 'Pass a seeded Rng as the second argument of `run`.',
  });
}
