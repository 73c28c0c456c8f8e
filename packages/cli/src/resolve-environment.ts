import { LamoError } from '@lamo/core';
import {
  environments,
  gymnasiumId,
  lookUpEnvironment,
  PYTHON_VARIABLE,
  prepareEnvironment,
} from '@lamo/eval';
import { joinWords } from './report/join-words';
import { tell } from './terminal/output';
import { hasParent } from './terminal/parent-process';

/**
 * Says which environments are meant by names on the command line or in a recipe; of a name that is there more than once, once.
 *
 * @returns their ids, as {@link resolveEnvironment} has them
 */
export function resolveEnvironments(typed: readonly string[]): string[] {
  const names = typed.map(inCase);
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
  if (found === undefined || gymnasiumId(typed) !== undefined) return inCase(typed);
  const { name, spec, score } = found;
  if (typed.toLowerCase() !== name || name === spec.id || hasParent()) return spec.id;
  const others = [...environments.values()].filter((entry) => entry.name === name && entry !== found);
  if (others.length === 0) return spec.id;
  const reason = score?.source === 'D4RL' ? ', which D4RL’s data go with' : '';
  tell(`${name} means ${spec.id}${reason}; there is ${others.map((entry) => entry.spec.id).join(', ')}, too`);
  return spec.id;
}

/** Capitals do not matter, but Gymnasium's do. */
const inCase = (name: string) => (gymnasiumId(name) === undefined ? name.toLowerCase() : name);

/**
 * Gets environments ready to be found by their ids where Python plays them: it is asked what they are. Processes that are started from
 * here, and other threads, play with the same Python.
 *
 * @param python as `--python` names it
 * @throws LamoError `no-gymnasium-id` if a Python is named for environments that need none, and what `prepareEnvironment` throws
 */
export async function readyEnvironments(ids: readonly string[], python: string | undefined): Promise<void> {
  const played = new Set(ids.filter((id) => gymnasiumId(id) !== undefined));
  if (python !== undefined) {
    if (played.size === 0) throw needsNoPython(ids, python);
    process.env[PYTHON_VARIABLE] = python;
  }
  for (const id of played) await prepareEnvironment(id);
}

function needsNoPython(ids: readonly string[], python: string): LamoError {
  return new LamoError({
    where: 'cli/environment',
    code: 'no-gymnasium-id',
    problem: `No Python plays ${joinWords([...new Set(ids)])}`,
    expected: 'an environment of Gymnasium, such as gymnasium:Pendulum-v1, or no --python',
    received: `--python ${python}`,
  });
}
