import { z } from 'zod';
import { actionConfig } from '../../kinds/action-bounds';

/** Settings that every algorithm on windows of trajectories has. */
export const sequenceConfig = {
  ...actionConfig,
  contextLength: z.int().positive().default(20).describe('K, steps in a window'),
  batchSize: z.int().positive().default(64).describe('Windows in a batch'),
  learningRate: z.number().positive().default(1e-4).describe('Learning rate after the warm-up'),
  warmupSteps: z.int().min(0).default(10_000).describe('Steps in which the learning rate rises'),
  weightDecay: z.number().min(0).default(1e-4).describe('Decoupled weight decay of everything that trains'),
  maxGradientNorm: z.number().positive().default(0.25).describe('Norm that larger gradients are cut to'),
  epsilon: z.number().positive().default(1e-8).describe('Epsilon of AdamW'),
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0.1)
    .describe('Dropout rate on embeddings, attention and residual connections'),
  maxTimesteps: z
    .int()
    .positive()
    .default(1000)
    .describe('Rows of the time table; later steps share the last row'),
  normaliseObservations: z
    .boolean()
    .default(true)
    .describe('Standardise observations by the mean and standard deviation of the data'),
  rewards: z
    .enum(['logged', 'delayed', 'first-completion'])
    .default('logged')
    .describe(
      'Rewards as logged, all at the end of the episode, or for each sub-task’s first completion (kitchen)',
    ),
  returnsFrom: z
    .enum(['current', 'next'])
    .default('current')
    .describe('Whether a return-to-go includes the step’s own reward (the code) or not (the paper)'),
  returnScale: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('Returns are divided by this; none: by the largest in the data'),
  targetReturns: z
    .array(z.number())
    .default([])
    .describe('Returns to ask for when acting; none: the best in the data'),
  unfinished: z
    .enum(['drop', 'keep'])
    .default('drop')
    .describe('Whether windows also come from an unfinished last episode, whose returns-to-go are too small'),
  padding: z.enum(['left', 'right']).default('left').describe('Where short windows are filled up'),
};

/** What {@link sequenceConfig} parses to. */
export type SequenceConfig = { [Key in keyof typeof sequenceConfig]: z.infer<(typeof sequenceConfig)[Key]> };
