import { type EnvironmentSpec, LamoError, showValue } from '@lamo/core';
import { checkActionSpace, checkObservationSpace, classCount, environmentBounds } from '@lamo/data';

const isSize = (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0;

/**
 * Checks the spec of an environment before anything relies on it. Without a time limit, `maxEpisodeSteps` is
 * Infinity.
 *
 * @throws LamoError `environment-spec`, `observation-space`, `action-space`
 */
export function checkSpec(spec: EnvironmentSpec): void {
  const { id, observationSize, maxEpisodeSteps } = spec;
  if (typeof id !== 'string' || id === '') refuse('environment', 'id', 'a name', id);
  if (!isSize(observationSize)) refuse(id, 'observationSize', 'a positive integer', observationSize);
  checkObservationSpace(`eval/${id}`, spec);
  if (!isSize(maxEpisodeSteps) && maxEpisodeSteps !== Number.POSITIVE_INFINITY) {
    refuse(id, 'maxEpisodeSteps', 'a positive integer, or Infinity for none', maxEpisodeSteps);
  }
  checkActions(spec, id);
}

/** Checks what actions are chosen from, their number of components and bounds. @throws LamoError `environment-spec`, `action-space` */
export function checkActions(
  spec: Pick<EnvironmentSpec, 'actionSize' | 'actionLow' | 'actionHigh' | 'actionSpace'>,
  id = 'environment',
): void {
  const { actionSize, actionLow, actionHigh } = spec;
  if (!isSize(actionSize)) refuse(id, 'actionSize', 'a positive integer', actionSize);
  for (const [name, bound] of [['actionLow', actionLow] as const, ['actionHigh', actionHigh] as const]) {
    if (Number.isFinite(bound)) continue;
    const expected = `a finite number, or one for each of the ${actionSize} action components`;
    if (!Array.isArray(bound) || bound.length !== actionSize) refuse(id, name, expected, bound);
    const wrong = bound.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) refuse(id, `${name}[${wrong}]`, 'a finite number', bound[wrong]);
  }
  const { low, high } = environmentBounds(spec);
  const classes = classCount(checkActionSpace(`eval/${id}`, spec));
  if (classes !== undefined && (actionSize !== 1 || low[0] !== 0 || high[0] !== classes - 1)) {
    const expected = `actionSize 1, actionLow 0 and actionHigh ${classes - 1} for one of ${classes} classes`;
    refuse(id, 'actionSpace', expected, `${actionSize}, ${low.join()} and ${high.join()}`);
  }
  const crossed = low.findIndex((least, i) => least > high[i]!);
  if (crossed < 0) return;
  const expected = `at most that of actionHigh, ${high[crossed]}`;
  refuse(id, `actionLow of component ${crossed}`, expected, low[crossed]);
}

function refuse(id: string, name: string, expected: string, received: unknown): never {
  throw new LamoError({
    where: `eval/${id}`,
    code: 'environment-spec',
    problem: `The environment's spec is not valid: ${name}`,
    expected,
    received: showValue(received),
    hint: 'Correct the `spec` of the environment.',
  });
}
