import { allNearest, LamoError } from '@lamo/core';

/** How many names are suggested. */
const MOST = 8;

/**
 * Makes the error for a name that no environment has, which suggests those that may be meant.
 *
 * @param names of environments without their versions
 * @param ids names with versions
 */
export function unknownEnvironment(
  typed: string,
  names: readonly string[],
  ids: readonly string[],
): LamoError {
  const near = nearNames(typed.toLowerCase(), names, ids);
  const isFamily = near.length > 1 && near.every((name) => name.startsWith(`${typed.toLowerCase()}-`));
  return new LamoError({
    where: 'eval/environments',
    code: 'unknown-environment',
    problem: isFamily
      ? `"${typed}" is the beginning of ${near.length} environments`
      : `There is no environment "${typed}"`,
    expected:
      near.length === 0 ? `one of ${names.join(', ')}` : 'the name of one, with or without its version',
    received: `"${typed}"`,
    ...(near.length === 0 ? {} : { hint: `Did you mean ${joinNames(near)}?` }),
  });
}

/** Those that begin like it; or those that it may be mistyped from; or those that are part of it, or it of them (`cheetah`, `hopper-medium-v2`). */
function nearNames(typed: string, names: readonly string[], ids: readonly string[]): readonly string[] {
  const family = names.filter((name) => name.startsWith(`${typed}-`));
  if (family.length > 0) return family;
  const mistyped = allNearest(typed, [...names, ...ids]);
  if (mistyped.length > 0) return mistyped;
  return names.filter((name) => name.endsWith(typed) || typed.startsWith(`${name}-`));
}

/** `"a", "b" or "c"`, and how many more there are. */
function joinNames(names: readonly string[]): string {
  const shown = names.slice(0, MOST).map((name) => `"${name}"`);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(', ')} or one of ${more} more`;
  return shown.length === 1 ? shown[0]! : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`;
}
