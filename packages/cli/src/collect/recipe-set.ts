import { createHash } from 'node:crypto';
import { z } from 'zod';

/** What a recipe says by now. */
export const RECIPE_FORMAT = 'lamo-recipe 1';

/** Where a collected file keeps the seal of its recipe, under `metadata/`. */
export const RECIPE_SEAL = 'recipe_sha256';

/** The SHA-256 of a recipe as a file has it, which has that of the rows in it: so it is seen if either was changed. */
export const sealOf = (recipe: string): string => createHash('sha256').update(recipe).digest('hex');

/** What a set is made of: all that decides its rows. */
const made = {
  environment: z.string().min(1),
  policy: z.string().min(1).optional(),
  replay: z.string().min(1).optional(),
  rows: z.int().positive().optional(),
  seed: z.int().default(0),
  noise: z.boolean().default(true),
  batch: z.int().positive().default(1),
};

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits');

const measured = z.unknown().optional();

/** A set of a recipe: as somebody has written it, or as it was collected. What was only measured is not read. */
export const recipeSet = z
  .strictObject({
    ...made,
    format: z.literal(RECIPE_FORMAT).optional(),
    file: z.string().min(1).optional(),
    lamo: z.string().optional(),
    files: z.record(z.string(), sha256).optional(),
    sha256: sha256.optional(),
    whole: z.boolean().optional(),
    ...{ episodes: measured, returns: measured, seconds: measured, training: measured },
  })
  .refine(({ policy, replay }) => policy === undefined || replay === undefined, 'a policy or a replay')
  .transform(({ episodes: _, returns: _r, seconds: _s, training: _t, ...set }) => set);

/** A set of a recipe. */
export type RecipeSet = z.output<typeof recipeSet>;

/** What a collected set says of itself, in its file and as a result: with it, it can be collected again. */
export interface SetRecord {
  readonly format: typeof RECIPE_FORMAT;
  /** Version that collected it. */
  readonly lamo: string;
  /** Id of the environment. */
  readonly environment: string;
  readonly policy?: string;
  readonly replay?: string;
  readonly rows: number;
  /** Where a limit of rows is asked for: whether these are all that there are, so that a higher one makes no more. */
  readonly whole?: boolean;
  readonly seed: number;
  readonly noise: boolean;
  readonly batch: number;
  /** The SHA-256 of each file that was played or copied, by its name. */
  readonly files: Readonly<Record<string, string>>;
  /** Of the columns: equal for equal rows. */
  readonly sha256: string;
}
