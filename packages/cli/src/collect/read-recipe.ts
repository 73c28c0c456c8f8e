import { LamoError, parseRecord } from '@lamo/core';
import { readD4rlMetadata } from '@lamo/data';
import { z } from 'zod';
import { DATASET_ENDING } from '../run/dataset-ending';
import { readJsonFile } from '../run/json-file';
import { checkSeal } from './check-recipe';
import { RECIPE_SEAL, type RecipeSet, recipeSet } from './recipe-set';

const origin = {
  code: 'invalid-recipe',
  kind: 'a recipe',
  hint: 'A recipe is what `lamo collect --json` prints, or a list of such sets; only `environment` is needed of each.',
};

const sets = z.array(recipeSet).nonempty();

/**
 * Reads how sets were collected, or are to be: from a JSON file with one set or a list, or from a file that was collected.
 *
 * @throws LamoError `invalid-recipe`, `no-recipe`, `changed-recipe`, and what `readD4rl` throws for files that cannot be opened
 */
export async function readRecipe(path: string): Promise<readonly RecipeSet[]> {
  if (!DATASET_ENDING.test(path)) {
    const value = readJsonFile(path, z.unknown(), origin);
    const from = { where: 'cli/collect', name: path, ...origin };
    return Array.isArray(value) ? parseRecord(sets, value, from) : [parseRecord(recipeSet, value, from)];
  }
  const set = await readSetOf(path);
  if (set !== undefined) return [set];
  throw new LamoError({
    where: 'cli/collect',
    code: 'no-recipe',
    problem: `${path} does not say how it was collected`,
    expected: 'a file that `lamo collect` has written, from version 0.1 on',
    received: 'a file without `metadata/recipe`',
  });
}

/**
 * How a file was collected; undefined if it does not say so.
 *
 * @throws LamoError `changed-recipe` if it says something else by now, and `invalid-recipe`
 */
export async function readSetOf(path: string): Promise<RecipeSet | undefined> {
  const text = await readD4rlMetadata(path, 'recipe');
  if (text === undefined) return undefined;
  checkSeal(path, text, await readD4rlMetadata(path, RECIPE_SEAL));
  return parseRecord(recipeSet, parse(text), {
    where: 'cli/collect',
    name: `\`metadata/recipe\` of ${path}`,
    ...origin,
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
