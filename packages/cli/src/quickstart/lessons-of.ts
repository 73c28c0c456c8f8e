import { recipe } from './recipe';

/**
 * What there is to see in the results, by environment: of a quickstart as large as the recipe has it. A smaller one has other data, and
 * may show something else.
 */
export function lessonsOf({
  rows,
  steps,
}: {
  readonly rows: number;
  readonly steps: number;
}): ReadonlyMap<string, string> {
  if (rows !== recipe.rows || steps !== recipe.steps) return new Map();
  return new Map(recipe.tasks.map(({ environment, lesson }) => [environment, lesson]));
}
