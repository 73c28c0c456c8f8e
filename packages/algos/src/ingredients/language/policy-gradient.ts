import { softValues, stopGradient } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { meanOver } from './mean-over';

/** Tokens that a policy wrote, N of them with those that do not count. */
export interface WrittenTokens {
  /** [N, V] logits of the policy */
  readonly logits: tf.Tensor2D;
  /** [N, V] logits of the model that it began with */
  readonly first: tf.Tensor2D;
  /** [N] the tokens */
  readonly next: tf.Tensor;
  /** [N] 1 where the policy wrote a token, else 0 */
  readonly weights: tf.Tensor;
}

/**
 * Computes the parts of a loss of REINFORCE (Williams 1992) that holds a policy near where it began: the surrogate −mean A log π(a), whose advantages A are
 * the gains with mean 0 and deviation 1, and the mean KL divergence of π from the model that it began with, in nats.
 *
 * @param gains [N] what each token brought, as from there on
 */
export function policyGradient(
  { logits, first, next, weights }: WrittenTokens,
  gains: tf.Tensor,
): Readonly<Record<'surrogate' | 'divergence', tf.Scalar>> {
  const meanOf = meanOver(weights);
  const centred = tf.sub(gains, meanOf(gains));
  const deviation = tf.sqrt(meanOf(tf.square(centred)));
  const advantages = stopGradient(tf.div(centred, tf.add(deviation, TINY)));
  const likelihoods = softValues(logits, next).logLikelihoods;
  const [own, theirs] = [tf.logSoftmax(logits), tf.logSoftmax(first)];
  const divergences = tf.sum(tf.mul(tf.exp(own), tf.sub(own, theirs)), 1);
  return {
    surrogate: tf.neg(meanOf(tf.mul(advantages, likelihoods))) as tf.Scalar,
    divergence: meanOf(divergences),
  };
}

/** Added to the deviation, which may be 0. */
const TINY = 1e-6;
