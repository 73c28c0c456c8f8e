import type { TokenPredictions } from '@lamo/models';
import { type Loss, softmaxCrossEntropy, softValues } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { weightSetting } from '../config';
import { meanOver } from './mean-over';

/** What may be added to maximum likelihood. All are off by default. */
export const likelihoodConfig = {
  entropyWeight: weightSetting(
    0,
    'Weight of the entropy of the next token, which keeps what is written diverse',
  ),
  zLossWeight: weightSetting(0, 'Weight of (log Σ exp of the logits)², which keeps logits small'),
  labelSmoothing: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('Share of each token that is spread evenly over the vocabulary'),
};

/** The values of {@link likelihoodConfig}. */
export type LikelihoodConfig = z.infer<z.ZodObject<typeof likelihoodConfig>>;

/** Metrics of {@link likelihoodLoss} besides the loss. */
export const likelihoodMetrics = {
  negativeLogLikelihood: 'Mean negative log-likelihood of a token, where the loss has other terms beside it',
  entropy: 'Mean entropy of the next token in nats, where it has a weight',
};

/**
 * Computes the mean over tokens of −log π(a) − λ H(π) (entropy: Wulfmeier et al. 2024, equation 18) + ζ V² with V = log Σ exp of the logits (z-loss: de
 * Brébisson and Vincent 2016), with labels smoothed as in Szegedy et al. 2016.
 *
 * @param predictions what is predicted of each token, and how much it counts
 */
export function likelihoodLoss(
  { logits, next, weights }: TokenPredictions,
  { entropyWeight, zLossWeight, labelSmoothing }: LikelihoodConfig,
): Loss<Readonly<Record<string, tf.Tensor>>> {
  if (entropyWeight === 0 && zLossWeight === 0 && labelSmoothing === 0) {
    return { loss: softmaxCrossEntropy(logits, next, weights) };
  }
  const meanOf = meanOver(weights ?? tf.onesLike(next));
  const { values, chosen, logLikelihoods } = softValues(logits, next); // [N]
  const negativeLogLikelihood = tf.neg(meanOf(logLikelihoods)) as tf.Scalar;
  const aux: Record<string, tf.Tensor> = { negativeLogLikelihood };
  let loss = negativeLogLikelihood;
  const add = (term: tf.Tensor, weight: number) => {
    loss = tf.add(loss, tf.mul(term, weight));
  };
  // Of evenly spread labels the likelihood is V less the mean logit.
  if (labelSmoothing > 0) add(meanOf(tf.sub(chosen, tf.mean(logits, 1))), labelSmoothing);
  if (zLossWeight > 0) add(meanOf(tf.square(values)), zLossWeight);
  if (entropyWeight > 0) {
    aux.entropy = meanOf(tf.sub(values, tf.sum(tf.mul(tf.softmax(logits), logits), 1)));
    add(aux.entropy, -entropyWeight);
  }
  return { loss, aux };
}

/**
 * Adds the mean negative log-likelihood of examples to a loss, with a weight. With 0 nothing is computed.
 *
 * @param predict what is predicted of the tokens of the examples
 */
export function addLikelihood(
  { loss, aux }: Loss<Readonly<Record<string, tf.Tensor>>>,
  weight: number,
  predict: () => TokenPredictions,
): Loss<Readonly<Record<string, tf.Tensor>>> {
  if (weight === 0) return { loss, aux: aux! };
  const { logits, next, weights } = predict();
  const negativeLogLikelihood = softmaxCrossEntropy(logits, next, weights);
  const likelihood = tf.mul(negativeLogLikelihood, weight);
  return { loss: tf.add(loss, likelihood) as tf.Scalar, aux: { ...aux, negativeLogLikelihood } };
}
