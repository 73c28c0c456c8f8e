import type { Sizes } from '@lamo/algos';
import { LamoError } from '@lamo/core';
import { describeActions, describeObservations } from '@lamo/data';
import { findEnvironment, lookUpEnvironment } from '@lamo/eval';
import { explainNoEnvironment, fitsEnvironment, type NoEnvironment } from './explain-no-environment';

/**
 * Checks that what was learned on a dataset can act in an environment.
 *
 * @throws LamoError `unknown-environment`, `environment-mismatch`
 */
export function checkFit({ name, ...sizes }: Sizes & { readonly name: string }, environment: string): void {
  const none = explainNoEnvironment(sizes);
  if (none !== undefined) checkKnown(environment, none);
  const { spec } = findEnvironment(environment);
  if (fitsEnvironment(sizes, spec)) return;
  throw new LamoError({
    where: 'cli/environment',
    code: 'environment-mismatch',
    problem: `The dataset ${name} does not come from ${spec.id}`,
    expected: `observations of ${describeObservations(spec)} and actions of ${describeActions(spec)}`,
    received: `${describeObservations(sizes)} and ${describeActions(sizes)}`,
    hint:
      none === undefined
        ? 'Choose the --environment that the data came from; `lamo list environments` shows all.'
        : `${none.problem}. ${none.hint}`,
  });
}

/** To name environments that are there would help nobody whose data come from none of them. */
function checkKnown(environment: string, { problem, hint }: NoEnvironment): void {
  if (lookUpEnvironment(environment) !== undefined) return;
  throw new LamoError({
    where: 'cli/environment',
    code: 'unknown-environment',
    problem: `There is no environment "${environment}"`,
    expected: 'none: the data come from no environment of lamo',
    received: `"${environment}"`,
    hint: `${problem}. ${hint}`,
  });
}
