/**
 * IQLearn for language models (Wulfmeier et al. 2024, "Imitating Language via Scalable Inverse Reinforcement Learning", offline): the logits of a
 * GPT-2 are the values Q of its next tokens, so V = log Σ exp(Q) and log π = Q − V. Beside maximum likelihood, the temporal difference Q − γ V′,
 * which is the reward that the examples imply, is kept small (their equation 14, appendix A.1.1).
 *
 * The paper says neither γ nor how gradients flow. Here γ = 1, and V′ has its gradient, since the derivation minimises over both; `gradient: 'semi'`
 * stops it. It needs no target networks, samples or rewards.
 */
import { predictTokens, type TokenPredictions } from '@lamo/models';
import { softValues, stopGradient } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { defineAlgorithm } from '../engine/define-algorithm';
import { modelConfig } from '../ingredients/language/model-config';
import {
  COMPLETIONS_BETA2,
  type CompletionContext,
  completionConfig,
  onCompletions,
} from '../ingredients/language/on-completions';
import {
  languageMetrics,
  languageStep,
  languageTrainingConfig,
} from '../ingredients/language/train-language-model';

const config = z.strictObject({
  ...completionConfig,
  residualWeight: z
    .number()
    .min(0)
    .default(0.5)
    .describe('λ, weight of the squared temporal difference; with 0 it is supervised fine-tuning'),
  discount: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('γ; with 0, logits are kept small without looking ahead'),
  imitationSteps: z
    .int()
    .min(0)
    .default(100)
    .describe('Steps of maximum likelihood alone, in which values of a pre-trained model find their level'),
  gradient: z
    .enum(['full', 'semi'])
    .default('full')
    .describe('Whether the value of the next token has a gradient: full, semi'),
  ...languageTrainingConfig({ learningRate: 1e-4, warmupSteps: 50, weightDecay: 0 }),
  ...modelConfig,
});

type Config = z.infer<typeof config>;
type Context = CompletionContext<Config>;

/** IQLearn, ready to train. */
export const iqLearn = defineAlgorithm({
  ...onCompletions,
  name: 'iq-learn',
  title: 'IQLearn',
  paper: 'Wulfmeier et al. 2024, Imitating Language via Scalable Inverse Reinforcement Learning',
  config,
  metrics: {
    loss: 'Mean negative log-likelihood of a token plus the weighted residual, with dropout',
    negativeLogLikelihood: 'Mean negative log-likelihood of a token of the completions, in nats',
    residual: 'Mean squared temporal difference, the implied reward of a token',
    value: 'Mean soft value V of where a token of the completions is chosen',
    ...languageMetrics,
  },
  step({ state, batch, noise, config, loaded, steps }: Context) {
    const dropout = (shape: readonly number[], rate: number) => noise.dropout(shape, rate);
    const pass = { dropout, weights: batch.mask };
    const isImitating = tf.less(state.optimizer.count, config.imitationSteps);
    const residualWeight = tf.where(isImitating, 0, config.residualWeight);
    return languageStep(state, { config, steps, beta2: COMPLETIONS_BETA2 }, (parameters) => {
      const predictions = predictTokens(parameters, batch.tokens, loaded.sizes, pass);
      return iqLearnLoss(predictions, { ...config, residualWeight });
    });
  },
});

/** Settings of {@link iqLearnLoss}. */
interface LossOptions extends Pick<Config, 'batchSize' | 'discount' | 'gradient'> {
  readonly residualWeight: tf.Tensor;
}

/** Σ w (V − Q + λ δ²) / Σ w with δ = Q − γ V′, over the tokens of the completions. */
export function iqLearnLoss({ logits, next, weights }: TokenPredictions, options: LossOptions) {
  const { values, chosen, logLikelihoods } = softValues(logits, next); // [N]
  const share = tf.div(weights!, tf.sum(weights!));
  const meanOf = (x: tf.Tensor) => tf.sum(tf.mul(x, share)) as tf.Scalar;
  const nextValues = valuesAfter(tf.mul(values, weights!), options.batchSize);
  const future = options.gradient === 'semi' ? stopGradient(nextValues) : nextValues;
  const residual = meanOf(tf.square(tf.sub(chosen, tf.mul(future, options.discount))));
  const negativeLogLikelihood = tf.neg(meanOf(logLikelihoods)) as tf.Scalar;
  return {
    loss: tf.add(negativeLogLikelihood, tf.mul(residual, options.residualWeight)) as tf.Scalar,
    aux: { negativeLogLikelihood, residual, value: meanOf(values) },
  };
}

/**
 * V′ of each token: the value where the next one is chosen. After the end of text, where nothing more is, it is 0.
 *
 * @param values [B · T′] 0 where no token of the completion is chosen
 */
function valuesAfter(values: tf.Tensor, batchSize: number): tf.Tensor {
  const rows = tf.reshape(values, [batchSize, -1]) as tf.Tensor2D;
  const later = tf.slice(rows, [0, 1], [-1, rows.shape[1] - 1]);
  return tf.reshape(
    tf.pad(later, [
      [0, 0],
      [0, 1],
    ]),
    [-1],
  );
}
