import type { Noise } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';

/** Settings of {@link smoothActions}. */
export const smoothingConfig = {
  policyNoise: z.number().min(0).default(0.2).describe('Standard deviation of the noise on target actions'),
  noiseClip: z.number().min(0).default(0.5).describe('Largest noise on target actions'),
};

/** The values of {@link smoothingConfig}. */
export type SmoothingConfig = z.infer<z.ZodObject<typeof smoothingConfig>>;

/**
 * Spreads target actions a little, so that critics are smooth where policies act (Fujimoto et al. 2018, section 5.3):
 * clip(a + clip(σ ξ, ±c), ±1).
 *
 * @param actions [B, A]
 * @returns [B, A]
 */
export function smoothActions(
  actions: tf.Tensor,
  noise: Noise,
  { policyNoise, noiseClip }: SmoothingConfig,
): tf.Tensor {
  const drawn = tf.mul(noise.normal(actions.shape), policyNoise);
  return tf.clipByValue(tf.add(actions, tf.clipByValue(drawn, -noiseClip, noiseClip)), -1, 1);
}
