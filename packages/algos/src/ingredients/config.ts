import { z } from 'zod';
import { actionConfig } from '../kinds/action-bounds';

/** Makes a setting that weighs a part of a loss: a number of at least 0. */
export const weightSetting = (usual: number, description: string) =>
  z.number().min(0).default(usual).describe(description);

/** Settings that every algorithm on transitions has. */
export const commonConfig = {
  ...actionConfig,
  batchSize: z.int().positive().default(256).describe('Transitions in a batch'),
  normaliseObservations: z
    .boolean()
    .default(true)
    .describe('Standardise observations by the mean and standard deviation of the data'),
};

/** For presets of references that leave observations as they are, which in their benchmarks are near 0 and 1 anyway. */
export const AS_LOGGED = { normaliseObservations: false } as const;

/** Settings of every algorithm whose critics learn from what target critics expect of the next step. */
export const valueConfig = {
  discount: z.number().min(0).max(1).default(0.99).describe('Discount of future rewards'),
  targetRate: z
    .number()
    .min(0)
    .max(1)
    .default(0.005)
    .describe('Share of the online networks in each target update'),
  transitions: z.enum(['all', 'd4rl']).default('all').meta({
    description:
      'Which transitions are learned from: all that the data hold, or those of D4RL’s qlearning_dataset, as in published results',
    // What runs did before there was a choice.
    earlier: 'd4rl',
  }),
};

/** The values of {@link valueConfig}. */
export type ValueConfig = z.infer<z.ZodObject<typeof valueConfig>>;

/** Presets of a reference, for the view of D4RL's data that the reference learned from. */
export function onD4rlTransitions<const Presets extends Readonly<Record<string, object>>>(
  presets: Presets,
): { [Name in keyof Presets]: Presets[Name] & { readonly transitions: 'd4rl' } } {
  const entries = Object.entries(presets).map(([name, preset]) => [name, { transitions: 'd4rl', ...preset }]);
  return Object.fromEntries(entries);
}
