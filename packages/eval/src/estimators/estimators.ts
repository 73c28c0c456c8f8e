import { LamoError, nearest } from '@lamo/core';
import { dr, wdr } from './doubly-robust';
import type { Estimator } from './estimator';
import { fittedQ, initialValue } from './fitted-values';
import { pdis, wis, wpdis } from './importance-sampling';

/** All estimators of what a policy is worth by a log, in the order in which they are shown. */
export const estimators: readonly Estimator[] = [fittedQ, wis, pdis, wpdis, dr, wdr, initialValue];

/** Finds an estimator by its name. @throws LamoError `unknown-estimator` */
export function findEstimator(name: string): Estimator {
  const found = estimators.find((estimator) => estimator.name === name);
  if (found !== undefined) return found;
  const names = estimators.map((estimator) => estimator.name);
  const similar = nearest(name, names);
  throw new LamoError({
    where: 'eval/estimators',
    code: 'unknown-estimator',
    problem: `There is no estimator '${name}'`,
    expected: `one of ${names.join(', ')}`,
    ...(similar === undefined ? {} : { hint: `Did you mean '${similar}'?` }),
  });
}
