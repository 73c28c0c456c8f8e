/**
 * What `lamo tune` does if nothing else is said. Rank and learning rate are those of adapters; the rate is that of LoRA's own experiments on
 * GPT-2 (Hu et al. 2022, table 11), whose smallest is 768 wide.
 */
export const TUNING = {
  method: 'sft',
  epochs: 3,
  loraRank: 8,
  learningRate: 2e-4,
  width: 768,
  samplePrompts: 3,
} as const;

/** Steps of the warm-up: a tenth of all, and not more than these. */
export const LONGEST_WARMUP = 50;

/**
 * The learning rate of adapters of a model of this width: narrower models need more, and more the narrower they are. It grows with the square of how
 * much narrower they are, which makes 36 times as much of it for a width of 128.
 */
export function tuningRate(width: number): number {
  const narrower = Math.max(1, TUNING.width / width);
  return Number((TUNING.learningRate * narrower ** 2).toPrecision(2));
}
