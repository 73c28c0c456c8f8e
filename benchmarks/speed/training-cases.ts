import { bc, dt, td3Bc } from '@lamo/algos';
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
  'td3-bc': { algorithm: td3Bc, pytorch: 'td3_bc', ...FEED_FORWARD },
};
