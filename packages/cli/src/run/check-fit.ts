import { type Dataset, LamoError } from '@lamo/core';
import { environments, findEnvironment } from '@lamo/eval';
import { explainNoEnvironment, type NoEnvironment } from './explain-no-environment';

/**
 * Checks that what was learned on a dataset can act in an environment.
 *
 * @throws LamoError `unknown-environment`, `environment-mismatch`
 */
export function checkFit(
  { name, observationSize, actionSize }: Pick<Dataset, 'name' | 'observationSize' | 'actionSize'>,
  environment: string,
): void {
  const none = explainNoEnvironment({ observationSize, actionSize });
  if (none !== undefined) checkKnown(environment, none);
  const { spec } = findEnvironment(environment);
  if (spec.observationSize === observationSize && spec.actionSize === actionSize) return;
  throw new LamoError({
    where: 'cli/environment',
    code: 'environment-mismatch',
    problem: `The dataset ${name} does not come from ${spec.id}`,
    expected: `observations of ${spec.observationSize} numbers and actions of ${spec.actionSize}`,
    received: `${observationSize} and ${actionSize}`,
    hint:
      none === undefined
        ? 'Choose the --environment that the data came from; `lamo list environments` shows all.'
        : `${none.problem}. ${none.hint}`,
  });
}

/** To name environments that are there would help nobody whose data come from none of them. */
function checkKnown(environment: string, { problem, hint }: NoEnvironment): void {
  if (environments.has(environment.toLowerCase())) return;
  throw new LamoError({
    where: 'cli/environment',
    code: 'unknown-environment',
    problem: `There is no environment "${environment}"`,
    expected: 'none: the data come from no environment of lamo',
    received: `"${environment}"`,
    hint: `${problem}. ${hint}`,
  });
}
