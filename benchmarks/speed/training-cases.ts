import { bc, td3Bc } from '@lamo/algos';
import type { TrainingCase } from './training-contest';

const FEED_FORWARD = { sizes: 'batch 256, hidden 256, Hopper sizes', every: 40, eager: true };

/** The training steps that are compared with PyTorch's, by name. */
export const trainingCases: Readonly<Record<string, TrainingCase>> = {
  bc: { algorithm: bc, pytorch: 'bc', ...FEED_FORWARD },
  'td3-bc': { algorithm: td3Bc, pytorch: 'td3_bc', ...FEED_FORWARD },
};
