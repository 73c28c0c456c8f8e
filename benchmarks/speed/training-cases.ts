import { bc, cql, dt, iql, lamo, rebrac, sft, td3Bc } from '@lamo/algos';
import type { TrainingCase } from './training-contest';
import { prepareTuning } from './tuning-data';

const FEED_FORWARD = { sizes: 'batch 256, hidden 256, Hopper sizes', every: 40, eager: true };

/** The training steps that are compared with PyTorch's, by name. */
export const trainingCases: Readonly<Record<string, TrainingCase>> = {
  bc: { algorithm: bc, pytorch: 'bc', ...FEED_FORWARD },
  cql: {
    algorithm: cql,
    pytorch: 'cql',
    jax: 'cql',
    sizes: 'batch 256, 10 actions of each source, 3 layers of 256, Hopper sizes',
    every: 8,
    eager: false,
  },
  dt: {
    algorithm: dt,
    pytorch: 'dt',
    jax: 'dt',
    sizes: 'batch 64, K 20, 3 layers of 128, Hopper sizes',
    every: 8,
    eager: false,
  },
  // As CORL has it: the counterpart does the same.
  iql: { algorithm: iql, pytorch: 'iql', jax: 'iql', config: iql.presets.corl!, ...FEED_FORWARD },
  lamo: {
    algorithm: lamo,
    pytorch: 'lamo',
    sizes: 'GPT-2 small with random weights, batch 8, K 20, Hopper sizes',
    config: { backbone: 'gpt2', pretrained: false, batchSize: 8 },
    every: 1,
    eager: false,
  },
  rebrac: {
    algorithm: rebrac,
    pytorch: 'rebrac',
    sizes: 'batch 256, 3 layers of 256, Hopper sizes',
    config: { batchSize: 256 },
    every: 40,
    eager: true,
  },
  'sft-lora': {
    algorithm: sft,
    pytorch: 'sft_lora',
    sizes: 'GPT-2 small with random weights, adapters of rank 8 on c_attn, batch 8, 128 tokens',
    config: { loraRank: 8, batchSize: 8 },
    prepare: prepareTuning,
    every: 1,
    eager: false,
  },
  'td3-bc': { algorithm: td3Bc, pytorch: 'td3_bc', jax: 'td3_bc', ...FEED_FORWARD },
};
