import { type EnvironmentSpec, LamoError, type Policy } from '@lamo/core';
import { describeObservations, fitsObservations } from '@lamo/data';

/**
 * Checks that an environment shows what a policy has learned from: images of its size, and goals and tasks in its columns. A policy without
 * `observationSpace` passes.
 *
 * @throws LamoError `observation-space`
 */
export function checkObservationSpaces(
  policy: Pick<Policy, 'observationSpace'>,
  spec: EnvironmentSpec,
): void {
  const { observationSpace } = policy;
  if (observationSpace === undefined) return;
  const size =
    observationSpace.kind === 'image'
      ? observationSpace.shape.reduce((a, b) => a * b, 1)
      : spec.observationSize;
  const learned = { observationSize: size, observationSpace };
  if (fitsObservations(learned, spec)) return;
  throw new LamoError({
    where: 'eval/observations',
    code: 'observation-space',
    problem: `The policy does not see what ${spec.id} shows`,
    expected: describeObservations(spec),
    received: describeObservations(learned),
    hint: 'Evaluate the policy in the environment that its data came from, and let both name the same columns (observationSpace).',
  });
}
