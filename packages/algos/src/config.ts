import { z } from 'zod';

/** Settings that every algorithm on transitions has. */
export const commonConfig = {
  batchSize: z.int().positive().default(256).describe('Transitions in a batch'),
  normaliseObservations: z
    .boolean()
    .default(true)
    .describe('Standardise observations by the mean and standard deviation of the data'),
};

/** Settings of every algorithm whose critics learn from what target critics expect of the next step. */
export const valueConfig = {
  discount: z.number().min(0).max(1).default(0.99).describe('Discount of future rewards'),
  targetRate: z
    .number()
    .min(0)
    .max(1)
    .default(0.005)
    .describe('Share of the online networks in each target update'),
};
