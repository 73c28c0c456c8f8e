import { LamoError, showValue } from '@lamo/core';
import type { EnvironmentDefinition } from './define-environment';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Checks what is said of an environment, but for its spec.
 *
 * @throws LamoError `environment-name`, `environment-score`, `environment-collectors`
 */
export function checkDefinition(id: string, definition: EnvironmentDefinition): void {
  checkName(definition);
  checkScore(id, definition);
  checkCollectors(id, definition);
}

/** Names are looked up in lower case, and are names of files. */
function checkName({ name, version }: EnvironmentDefinition): void {
  const isVersion = version === undefined || (Number.isSafeInteger(version) && version >= 0);
  if (typeof name === 'string' && NAME.test(name) && isVersion) return;
  throw new LamoError({
    where: 'eval/define-environment',
    code: 'environment-name',
    problem: 'An environment cannot have this name',
    expected:
      'words of lower-case letters and digits with hyphens between, and an integer as its version, if it has one',
    received: `${showValue(name)}, version ${showValue(version)}`,
  });
}

/** A score divides by the difference of the two. */
function checkScore(id: string, { score }: EnvironmentDefinition): void {
  if (score === undefined) return;
  const { random, expert } = score;
  if (Number.isFinite(random) && Number.isFinite(expert) && random !== expert) return;
  throw new LamoError({
    where: `eval/${id}`,
    code: 'environment-score',
    problem: 'The reference returns give no scale',
    expected: 'random and expert to be two different finite numbers',
    received: `random ${showValue(random)}, expert ${showValue(expert)}`,
  });
}

function checkCollectors(id: string, { collectors = [] }: EnvironmentDefinition): void {
  const names = ['random', ...collectors.map(({ name }) => name)];
  const double = names.find((name, i) => names.indexOf(name) < i);
  if (double === undefined) return;
  throw new LamoError({
    where: `eval/${id}`,
    code: 'environment-collectors',
    problem: `Two collectors are called '${double}'`,
    expected: 'a name of its own for each; random is the one that plays everywhere',
    received: names.slice(1).join(', '),
  });
}
