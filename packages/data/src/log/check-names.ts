import { showValue } from '@lamo/core';
import type { Roles } from './log-columns';
import { logError } from './log-error';

/** A name without slashes: those would make groups of a file. */
export function partName(name: string): string {
  return name.replaceAll('/', '_');
}

/** What a column that is kept beside is called in a dataset. */
export function infoName(name: string): string {
  return partName(name.replace(/^info\./i, ''));
}

/** What the logarithms of probabilities are called in a dataset. */
export const CHANCES = 'action_log_probs';

/**
 * Refuses columns that would have one name in a dataset, of which one would be lost, and names that not every file keeps.
 *
 * @throws LamoError `ambiguous-column`, `damaged-name`
 */
export function checkNames(path: string, { observation, action, info, probability }: Roles): void {
  checkEach(
    path,
    observation.map((name) => [partName(name), name]),
  );
  checkEach(
    path,
    action.map((name) => [name, name]),
  );
  checkEach(path, [
    ...probability.map((name) => [CHANCES, name] as const),
    ...info.map((name) => [infoName(name), name] as const),
  ]);
}

/** @param names what each column is called in the dataset, and in the log */
function checkEach(path: string, names: readonly (readonly [kept: string, logged: string])[]): void {
  const owners = new Map<string, string>();
  for (const [kept, logged] of names) {
    if (kept === '__proto__' || /\p{Surrogate}/u.test(kept))
      throw logError('damaged-name', `A column of ${path} has a name that not every file keeps`, {
        expected: 'a name of whole characters, other than __proto__',
        received: showValue(logged),
        hint: 'Call it otherwise in the file, or do not read it.',
      });
    const owner = owners.get(kept);
    if (owner !== undefined)
      throw logError('ambiguous-column', `Two columns of ${path} would be called "${kept}"`, {
        expected:
          'names that still differ without what a dataset leaves out: slashes, and `info.` before them',
        received: `"${owner}" and "${logged}"`,
        hint: 'Call one of them otherwise in the file, or name those that are read without it.',
      });
    owners.set(kept, logged);
  }
}
