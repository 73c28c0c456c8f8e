import {
  deterministicPolicy,
  type GaussianPolicy,
  gaussianLogDensity,
  initGaussianPolicy,
  type Mlp,
  mlp,
} from '@lamo/models';
import type { HostArray, Noise } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { forVectors } from '../kinds/action-bounds';
import type { DatasetSpec } from '../kinds/dataset';
import { isDiscrete } from '../kinds/policy';
import { drawClasses, drawNear } from './exploring';
import { crossEntropy, squaredDistances } from './losses';

/** Settings of a policy that imitates the data. */
export const imitationConfig = {
  policy: z
    .enum(['gaussian', 'deterministic'])
    .default('gaussian')
    .meta(forVectors('Whether the policy is a distribution with its own spread, or a single action')),
  minLogStd: z
    .number()
    .default(-5)
    .meta(forVectors('Lower bound of the logarithm of a Gaussian policy’s standard deviation')),
  largestAction: z
    .number()
    .positive()
    .default(1 - 1e-5)
    .meta(forVectors('Size that actions in the data are clipped to')),
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('Share of the policy’s hidden units that a step leaves out'),
};

/** The values of {@link imitationConfig}. */
type ImitationConfig = z.infer<z.ZodObject<typeof imitationConfig>>;

/** Clips logged actions [B, A] to where a policy that is bounded by tanh has a density; classes stay as they are. */
export function clipLogged(
  actions: tf.Tensor,
  spec: DatasetSpec,
  { largestAction }: Pick<ImitationConfig, 'largestAction'>,
): tf.Tensor {
  return isDiscrete(spec) ? actions : tf.clipByValue(actions, -largestAction, largestAction);
}

/** A Gaussian policy whose mean is bounded by tanh; without `logStd` a deterministic one; with `logits` a categorical one, of classes. */
export type ImitationPolicy<Leaf> =
  | GaussianPolicy<Leaf>
  | { readonly mean: Mlp<Leaf> }
  | { readonly logits: Mlp<Leaf> };

/** Upper bound of the logarithm of the standard deviation, in every implementation of IQL. */
const MAX_LOG_STD = 2;

/** Makes a policy from its network: for the mean of actions, or for the logits of classes, which have no other. */
export function initImitationPolicy(
  network: Mlp<HostArray>,
  spec: DatasetSpec,
  { policy }: Pick<ImitationConfig, 'policy'>,
): ImitationPolicy<HostArray> {
  if (isDiscrete(spec)) return { logits: network };
  return policy === 'gaussian' ? initGaussianPolicy(network, spec.actionSize) : { mean: network };
}

/**
 * Computes what a policy chooses: actions [B, A] between −1 and 1, or scores of classes [B, n].
 *
 * @param observations [B, O]
 * @param dropout leaves hidden units out. @default all are kept
 */
export function imitationOutputs(
  policy: ImitationPolicy<tf.Tensor>,
  observations: tf.Tensor,
  dropout?: (hidden: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  if ('logits' in policy) return mlp(policy.logits as Mlp<tf.Tensor>, observations, 'none', dropout);
  return deterministicPolicy(policy.mean, observations, dropout);
}

/**
 * Draws what a policy chooses, to try things out: with its own spread, or where it has none, with a small one.
 *
 * @param observations [B, O]
 * @returns as {@link imitationOutputs}
 */
export function imitationDraws(
  policy: ImitationPolicy<tf.Tensor>,
  observations: tf.Tensor,
  noise: Noise,
): tf.Tensor {
  const outputs = imitationOutputs(policy, observations);
  if ('logits' in policy) return drawClasses(outputs, noise);
  if (!('logStd' in policy)) return drawNear(outputs, noise);
  return drawNear(outputs, noise, tf.exp(tf.minimum(policy.logStd as tf.Tensor, MAX_LOG_STD)));
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
  { minLogStd, dropout }: Pick<ImitationConfig, 'minLogStd' | 'dropout'>,
  noise: Noise,
): tf.Tensor1D {
  const drop = (hidden: tf.Tensor) => tf.mul(hidden, noise.dropout(hidden.shape, dropout));
  const outputs = imitationOutputs(policy, observations, dropout === 0 ? undefined : drop);
  if ('logits' in policy) return crossEntropy(outputs, actions) as tf.Tensor1D;
  if (!('logStd' in policy)) return squaredDistances(outputs, actions);
  const logStd = tf.clipByValue(policy.logStd, minLogStd, MAX_LOG_STD);
  return tf.neg(gaussianLogDensity({ mean: outputs, logStd }, actions));
}
