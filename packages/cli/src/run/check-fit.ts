import { type Dataset, LamoError } from '@lamo/data';
import { environmentSpec } from '../environment-spec';

/**
 * Checks that what was learned on a dataset can act in an environment.
 *
 * @throws LamoError `unknown-environment`, `environment-mismatch`
 */
export async function checkFit(
  { name, observationSize, actionSize }: Pick<Dataset, 'name' | 'observationSize' | 'actionSize'>,
  environment: string,
): Promise<void> {
  const spec = await environmentSpec(environment);
  if (spec.observationSize === observationSize && spec.actionSize === actionSize) return;
  throw new LamoError({
    where: 'cli/environment',
    code: 'environment-mismatch',
    problem: `The dataset ${name} does not come from ${spec.id}`,
    expected: `observations of ${spec.observationSize} numbers and actions of ${spec.actionSize}`,
    received: `${observationSize} and ${actionSize}`,
    hint: 'Choose the --environment that the data came from; `lamo list environments` shows all.',
  });
}
