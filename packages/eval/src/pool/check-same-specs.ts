import { type EnvironmentSpec, LamoError } from '@lamo/core';
import { describeActions, describeObservations, environmentBounds } from '@lamo/data';
import { checkSpec } from '../check-spec';

/**
 * Checks that environments can be played side by side.
 *
 * @returns the spec that all of them have
 * @throws LamoError `environment-spec`, `length-mismatch`
 */
export function checkSameSpecs(specs: readonly EnvironmentSpec[]): EnvironmentSpec {
  for (const spec of specs) checkSpec(spec);
  const kinds = new Set(specs.map(describeSpec));
  if (kinds.size === 1) return specs[0]!;
  throw new LamoError({
    where: 'eval/rollout',
    code: 'length-mismatch',
    problem: 'Environments do not match',
    expected: 'one or more environments with the same spec',
    received: [...kinds].join('; ') || 'none',
  });
}

function describeSpec(spec: EnvironmentSpec): string {
  const { low, high } = environmentBounds(spec);
  return `${spec.id} with observations of ${describeObservations(spec)} and actions of ${describeActions(spec)} from [${low}] to [${high}]`;
}
