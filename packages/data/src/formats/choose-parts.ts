import { LamoError, nearest } from '@lamo/core';

/**
 * Chooses parts of observations by their names, in the order in which they are wanted.
 *
 * @param there the names of all, in the order of the file
 * @param wanted @default all
 * @throws LamoError `unknown-part`
 */
export function chooseParts(
  path: string,
  there: readonly string[],
  wanted: readonly string[] | undefined,
): readonly string[] {
  if (wanted === undefined) return there;
  const unknown = wanted.find((name) => !there.includes(name));
  if (unknown === undefined && wanted.length > 0 && new Set(wanted).size === wanted.length) return wanted;
  const near = unknown === undefined ? undefined : nearest(unknown, there);
  throw new LamoError({
    where: 'data/formats',
    code: 'unknown-part',
    problem: `The parts of observations that are wanted of ${path} are not there, or are named twice`,
    expected: there.every((name) => name === '')
      ? 'none: its observations have no parts'
      : `some of ${there.join(', ')}`,
    received: unknown ?? (wanted.length === 0 ? 'none' : wanted.join(', ')),
    ...(near === undefined || near === '' ? {} : { hint: `Did you mean \`${near}\`?` }),
  });
}
