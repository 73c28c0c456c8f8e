/**
 * What `lamo tune` does if nothing else is said. Rank and learning rate are those of adapters; the rate is that of LoRA's own experiments on
 * GPT-2 (Hu et al. 2022, table 11).
 */
export const TUNING = {
  method: 'sft',
  epochs: 3,
  loraRank: 8,
  learningRate: 2e-4,
  samplePrompts: 3,
} as const;

/** Steps of the warm-up: a tenth of all, and not more than these. */
export const LONGEST_WARMUP = 50;
