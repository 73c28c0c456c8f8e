import { isDeepStrictEqual } from 'node:util';
import { LamoError } from '@lamo/core';
import { type RecipeSet, type SetRecord, sealOf } from './recipe-set';

/** Checks that what is played or copied is what a recipe was made with. @throws LamoError `other-files` */
export function checkFiles({ files = {}, lamo }: RecipeSet, present: Readonly<Record<string, string>>): void {
  for (const [name, expected] of Object.entries(files)) {
    const received = present[name];
    if (received === expected) continue;
    throw new LamoError({
      where: 'cli/collect',
      code: 'other-files',
      problem: `The recipe was made with another file of ${name}`,
      expected: `the SHA-256 ${expected}`,
      received: received ?? 'none of that name',
      hint: `${madeBy(lamo)} Take \`files\` and \`sha256\` out of the recipe to collect with what is here.`,
    });
  }
}

/** Checks that rows are those that a recipe promises. @throws LamoError `other-rows` */
export function checkRows({ sha256, lamo }: RecipeSet, record: SetRecord): void {
  if (sha256 === undefined || sha256 === record.sha256) return;
  throw new LamoError({
    where: 'cli/collect',
    code: 'other-rows',
    problem: 'The rows are not those that the recipe promises; nothing was written',
    expected: `rows with the SHA-256 ${sha256}`,
    received: record.sha256,
    hint: `${madeBy(lamo)} Take \`sha256\` out of the recipe to get the rows of this version and machine.`,
  });
}

/** Checks that a set that is there still has the rows that it was collected with. @throws LamoError `changed-rows` */
export function checkUnchanged(file: string, { sha256 }: RecipeSet, received: string): void {
  if (sha256 === undefined || sha256 === received) return;
  throw new LamoError({
    where: 'cli/collect',
    code: 'changed-rows',
    problem: `${file} was changed after it was collected`,
    expected: `rows with the SHA-256 ${sha256}, as it says itself`,
    received,
    hint: 'Choose another --out, or collect it anew with --force.',
  });
}

/** Checks that what a file says of its rows is what was written with them. @throws LamoError `changed-recipe` */
export function checkSeal(file: string, recipe: string, seal: string | undefined): void {
  const received = sealOf(recipe);
  if (received === seal) return;
  if (seal === undefined) throw unsealed(file);
  throw new LamoError({
    where: 'cli/collect',
    code: 'changed-recipe',
    problem: `What ${file} says of how it was collected is not what was written with its rows`,
    expected: `a recipe with the SHA-256 ${seal}`,
    received,
    hint: 'To change a recipe, change the JSON that `lamo collect --json` prints. This file is data still; choose another --out, or collect it anew with --force.',
  });
}

function unsealed(file: string): LamoError {
  return new LamoError({
    where: 'cli/collect',
    code: 'changed-recipe',
    problem: `It cannot be told whether what ${file} says of how it was collected was written with its rows`,
    expected: 'a recipe with its SHA-256, as lamo has written since files carry one',
    received: 'one without',
    hint: 'This file is data still; choose another --out, or collect it anew with --force.',
  });
}

function madeBy(lamo: string | undefined): string {
  return lamo === undefined
    ? 'It does not say which version of lamo made it.'
    : `It was made by lamo ${lamo}.`;
}

/**
 * Tells whether a collected set is the one that a recipe asks for.
 *
 * @param wanted as `completeSet` has it
 * @param present what would be played or copied, as `Source.files` has it
 */
export function isSame(
  collected: RecipeSet,
  wanted: RecipeSet,
  present: Readonly<Record<string, string>>,
): boolean {
  const { file: _, format: _f, lamo: _l, whole: _w, rows, ...asked } = wanted;
  if (collected.rows !== rows && !isWithin(collected, rows, present)) return false;
  if ((collected.replay === undefined) !== (wanted.replay === undefined)) return false;
  return Object.entries(asked).every(
    ([key, value]) => value === undefined || isDeepStrictEqual(collected[key as keyof RecipeSet], value),
  );
}

/** Where rows are a limit: all that there are, and no more than that, of what would be copied again. */
function isWithin(
  { rows = 0, whole = false, files }: RecipeSet,
  limit = Number.POSITIVE_INFINITY,
  present: Readonly<Record<string, string>>,
): boolean {
  return whole && rows <= limit && isDeepStrictEqual(files, present);
}
