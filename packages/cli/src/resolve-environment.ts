import { environments, lookUpEnvironment } from '@lamo/eval';
import { tell } from './terminal/output';
import { hasParent } from './terminal/parent-process';

/**
 * Says which environments are meant by names on the command line or in a recipe; of a name that is there more than once, once.
 *
 * @returns their ids, as {@link resolveEnvironment} has them
 */
export function resolveEnvironments(typed: readonly string[]): string[] {
  const names = typed.map((name) => name.toLowerCase());
  const ids = new Map([...new Set(names)].map((name) => [name, resolveEnvironment(name)]));
  return names.map((name) => ids.get(name)!);
}

/**
 * Says which environment is meant by a name on the command line, and says so where its version was left out and there are several.
 *
 * @returns its id; a name that no environment has, as it is, for those who refuse it in their own words
 */
export function resolveEnvironment(typed: string): string {
  const found = lookUpEnvironment(typed);
  if (found === undefined) return typed.toLowerCase();
  const { name, spec, score } = found;
  if (typed.toLowerCase() !== name || name === spec.id || hasParent()) return spec.id;
  const others = [...environments.values()].filter((entry) => entry.name === name && entry !== found);
  if (others.length === 0) return spec.id;
  const reason = score?.source === 'D4RL' ? ', which D4RL’s data go with' : '';
  tell(`${name} means ${spec.id}${reason}; there is ${others.map((entry) => entry.spec.id).join(', ')}, too`);
  return spec.id;
}
