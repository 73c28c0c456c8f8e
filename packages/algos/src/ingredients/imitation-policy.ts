import {
  deterministicPolicy,
  type GaussianPolicy,
  gaussianLogDensity,
  initGaussianPolicy,
  type Mlp,
} from '@lamo/models';
import type { HostArray, Noise } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { squaredDistances } from './losses';

/** Settings of a policy that imitates the data. */
export const imitationConfig = {
  policy: z
    .enum(['gaussian', 'deterministic'])
    .default('gaussian')
    .describe('Whether the policy is a distribution with its own spread, or a single action'),
  minLogStd: z
    .number()
    .default(-5)
    .describe('Lower bound of the logarithm of a Gaussian policy’s standard deviation'),
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('Share of the policy’s hidden units that a step leaves out'),
};

/** The values of {@link imitationConfig}. */
type ImitationConfig = z.infer<z.ZodObject<typeof imitationConfig>>;

/** A Gaussian policy whose mean is bounded by tanh; without `logStd` a deterministic one. */
export type ImitationPolicy<Leaf> = GaussianPolicy<Leaf> | { readonly mean: Mlp<Leaf> };

/** Upper bound of the logarithm of the standard deviation, in every implementation of IQL. */
const MAX_LOG_STD = 2;

/** Makes a policy of a network for its mean. */
export function initImitationPolicy(
  mean: Mlp<HostArray>,
  actionSize: number,
  { policy }: ImitationConfig,
): ImitationPolicy<HostArray> {
  return policy === 'gaussian' ? initGaussianPolicy(mean, actionSize) : { mean };
}

/**
 * How far a policy is from having chosen actions: −log π(a|s), or the squared distance Σ (π(s) − a)² if it is deterministic.
 *
 * @param observations [B, O]
 * @param actions [B, A]
 * @param noise decides which hidden units are left out
 * @returns [B]
 */
export function imitationLoss(
  policy: ImitationPolicy<tf.Tensor>,
  observations: tf.Tensor,
  actions: tf.Tensor,
  { minLogStd, dropout }: ImitationConfig,
  noise: Noise,
): tf.Tensor1D {
  const drop = (hidden: tf.Tensor) => tf.mul(hidden, noise.dropout(hidden.shape, dropout));
  const mean = deterministicPolicy(policy.mean, observations, dropout === 0 ? undefined : drop);
  if (!('logStd' in policy)) return squaredDistances(mean, actions);
  const logStd = tf.clipByValue(policy.logStd, minLogStd, MAX_LOG_STD);
  return tf.neg(gaussianLogDensity({ mean, logStd }, actions));
}
