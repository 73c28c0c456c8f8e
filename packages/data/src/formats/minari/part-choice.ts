import { chooseParts } from '../choose-parts';
import { checkPart, listParts, type MinariSpace } from './spaces';

/** Chooses which of the arrays of observations are read: their names, and where each is, `a/b`. */
export type PartChoice = (found: readonly string[]) => ReadonlyMap<string, string>;

/**
 * Parts in the order of the space; without a space those that are found, by name.
 *
 * @param wanted @default all
 * @throws LamoError `unsupported-space`, `unknown-part`; the choice: `unknown-part`
 */
export function choosePartsOf(
  path: string,
  space: MinariSpace | undefined,
  wanted?: readonly string[],
): PartChoice {
  if (space === undefined) {
    return (found) => new Map(chooseParts(path, [...found].sort(), wanted).map((name) => [name, name]));
  }
  const parts = listParts(space);
  const names = chooseParts(
    path,
    parts.map(({ name }) => name),
    wanted,
  );
  const chosen = names.map((name) => parts.find((part) => part.name === name)!);
  for (const part of chosen) checkPart(path, part);
  const choice = new Map(chosen.map(({ name, keys }) => [name, keys.join('/')]));
  return () => choice;
}
