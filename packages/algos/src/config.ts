import { z } from 'zod';

/** Settings that every algorithm on transitions has. */
export const commonConfig = {
  batchSize: z.int().positive().default(256).describe('Transitions in a batch'),
  normaliseObservations: z
    .boolean()
    .default(true)
    .describe('Standardise observations by the mean and standard deviation of the data'),
};
