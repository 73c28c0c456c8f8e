import { bc, dt, lamo, td3Bc } from '@lamo/algos';
import type { TrainingCase } from './training-contest';

const FEED_FORWARD = { sizes: 'batch 256, hidden 256, Hopper sizes', every: 40, eager: true };

/** The training steps that are compared with PyTorch's, by name. */
export const trainingCases: Readonly<Record<string, TrainingCase>> = {
  bc: { algorithm: bc, pytorch: 'bc', ...FEED_FORWARD },
  dt: {
    algorithm: dt,
    pytorch: 'dt',
    sizes: 'batch 64, K 20, 3 layers of 128, Hopper sizes',
    every: 8,
    eager: false,
  },
  lamo: {
    algorithm: lamo,
    pytorch: 'lamo',
    sizes: 'GPT-2 small with random weights, batch 8, K 20, Hopper sizes',
    config: { backbone: 'gpt2', pretrained: false, batchSize: 8 },
    every: 1,
    eager: false,
  },
  'td3-bc': { algorithm: td3Bc, pytorch: 'td3_bc', ...FEED_FORWARD },
};
