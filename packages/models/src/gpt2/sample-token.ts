import type { Rng } from '@lamo/core';

/** How {@link sampleToken} chooses. */
export interface SamplingOptions {
  /** Divides the logits; 0 takes the largest. */
  readonly temperature: number;
  /** Tokens to choose among, the most likely ones. */
  readonly topK: number;
  readonly rng: Rng;
}

/**
 * Draws a token with probability softmax(logits / temperature), among the `topK` most likely. Equal logits: the lower id first.
 *
 * @param logits [V]
 */
export function sampleToken(logits: Float32Array, { temperature, topK, rng }: SamplingOptions): number {
  const ids = Uint32Array.from(logits, (_, id) => id);
  const isChoiceOfFew = temperature === 0 || topK < logits.length;
  if (isChoiceOfFew) ids.sort((a, b) => logits[b]! - logits[a]! || a - b);
  if (temperature === 0) return ids[0]!;
  const chosen = ids.subarray(0, topK);
  const largest = chosen.reduce((most, id) => Math.max(most, logits[id]!), -Infinity);
  const weights = Float64Array.from(chosen, (id) => Math.exp((logits[id]! - largest) / temperature));
  let left = rng.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  const place = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  // Rounding may leave a little over.
  return chosen[place === -1 ? chosen.length - 1 : place]!;
}
