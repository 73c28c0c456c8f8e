/**
 * IQLearn for language models (Wulfmeier et al. 2024, "Imitating Language via Scalable Inverse Reinforcement Learning", offline): the logits of a
 * GPT-2 are the values Q of its next tokens, so V = log Σ exp(Q) and log π = Q − V. Beside maximum likelihood, the temporal difference Q − γ V′,
 * which is the reward that the examples imply, is kept small (their equation 14, appendix A.1.1).
 *
 * The paper says neither γ nor how gradients flow. Here γ = 1, and V′ has its gradient, since the derivation minimises over both; `gradient: 'semi'`
 * stops it. It needs no target networks, samples or rewards.
 *
 * Online (appendix A.1.2, equations 15 to 17): with `ownShare` α, texts that the model wrote itself join the squared residual, whose expectation is then over
 * a mixture of (1 − α) examples and α own texts, and whose weight is λ / (1 − α)²; the likelihood remains that of the examples.
 */
import type { BatchSource, Rng } from '@lamo/core';
import type { Completions } from '@lamo/data';
import type { TokenPredictions } from '@lamo/models';
import { softValues, stopGradient } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { NamesOf } from '../engine/algorithm';
import { defineAlgorithm } from '../engine/define-algorithm';
import { weightSetting } from '../ingredients/config';
import { laterInRow } from '../ingredients/language/later-in-row';
import { meanOver } from '../ingredients/language/mean-over';
import { modelConfig } from '../ingredients/language/model-config';
import {
  COMPLETIONS_BETA2,
  type CompletionBatch,
  type CompletionContext,
  completionConfig,
  onCompletions,
  predictCompletions,
} from '../ingredients/language/on-completions';
import {
  followedTokens,
  type OwnSamplesBatch,
  openOwnSamples,
  ownSampleConfig,
  ownSampleMetrics,
} from '../ingredients/language/own-samples';
import {
  languageMetrics,
  languageStep,
  languageTrainingConfig,
} from '../ingredients/language/train-language-model';
import type { LoadedModel } from '../kinds/language-model';

const config = z.strictObject({
  ...completionConfig,
  residualWeight: weightSetting(
    0.5,
    'λ, weight of the squared temporal difference; with 0 it is supervised fine-tuning',
  ),
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
  ownShare: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('α, share of texts that the model writes itself in the squared temporal difference (online)'),
  ...ownSampleConfig,
  ...languageTrainingConfig({ learningRate: 1e-4, warmupSteps: 50, weightDecay: 0 }),
  ...modelConfig,
});

type Config = z.infer<typeof config>;
type Batch = CompletionBatch & Partial<OwnSamplesBatch>;
type Context = CompletionContext<Config, Batch>;

/** IQLearn, ready to train. */
export const iqLearn = defineAlgorithm({
  ...onCompletions,
  name: 'iq-learn',
  title: 'IQLearn',
  paper: 'Wulfmeier et al. 2024, Imitating Language via Scalable Inverse Reinforcement Learning',
  config,
  warnings({ imitationSteps }, steps) {
    if (steps > imitationSteps) return [];
    const fact = `All ${steps} steps are among the first ${imitationSteps}, of maximum likelihood alone (imitationSteps): this training only imitates, as sft does`;
    return [{ code: 'only-imitates', message: `${fact}. Take more steps, or fewer of these.` }];
  },
  metrics: {
    loss: 'Mean negative log-likelihood of a token plus the weighted residual, with dropout',
    negativeLogLikelihood: 'Mean negative log-likelihood of a token of the completions, in nats',
    residual: 'Mean squared temporal difference, the implied reward of a token',
    value: 'Mean soft value V of where a token of the completions is chosen',
    ownResidual: 'Mean squared temporal difference of what the model wrote itself, where it does',
    ...ownSampleMetrics,
    ...languageMetrics,
  },
  batches(
    completions: Completions,
    config: Config,
    rng: Rng,
    loaded: LoadedModel,
  ): BatchSource<NamesOf<Batch>> {
    const { batchSize, ownShare, imitationSteps: firstStep } = config;
    if (ownShare === 0) return onCompletions.batches(completions, config, rng) as BatchSource<NamesOf<Batch>>;
    const ownBatchSize = Math.max(1, Math.round((batchSize * ownShare) / (1 - ownShare)));
    return openOwnSamples(completions, config, rng, loaded, { ownBatchSize, firstStep });
  },
  step(context: Context) {
    const { state, frozen, batch, config, steps } = context;
    const isImitating = tf.less(state.optimizer.count, config.imitationSteps);
    const residualWeight = tf.where(isImitating, 0, config.residualWeight);
    return languageStep(state, { frozen, config, steps, beta2: COMPLETIONS_BETA2 }, (model) => {
      const examples = predictCompletions(model, context, batch);
      const own = batch.ownTokens && {
        ...predictCompletions(model, context, { tokens: batch.ownTokens, mask: batch.ownMask! }),
        ended: batch.ownEnded!,
      };
      return iqLearnLoss(examples, { ...config, residualWeight, own });
    });
  },
});

/** Settings of {@link iqLearnLoss}. */
interface LossOptions extends Pick<Config, 'batchSize' | 'discount' | 'gradient'> {
  readonly residualWeight: tf.Tensor;
  /** α. @default 0 */
  readonly ownShare?: number;
  /** What is predicted of texts that the model wrote, and which of them it ended, [B′]. @default none */
  readonly own?: (TokenPredictions & { readonly ended: tf.Tensor }) | undefined;
}

/**
 * Computes Σ w (V − Q) / Σ w + λ Σ w δ² / Σ w with δ = Q − γ V′, over the tokens of the completions. With own texts the second mean is one of both, and
 * λ / (1 − α)² its weight.
 */
export function iqLearnLoss(examples: TokenPredictions, options: LossOptions) {
  const { own, ownShare = 0, residualWeight, batchSize } = options;
  const { values, logLikelihoods, squares } = temporalDifferences(examples, batchSize, options);
  const meanOf = meanOver(examples.weights!);
  const negativeLogLikelihood = tf.neg(meanOf(logLikelihoods)) as tf.Scalar;
  const residual = meanOf(squares);
  const aux: Record<string, tf.Tensor> = { negativeLogLikelihood, residual, value: meanOf(values) };
  let penalty: tf.Tensor = residual;
  if (own !== undefined) {
    aux.ownResidual = ownResidual(own, options);
    const mixed = tf.add(tf.mul(residual, 1 - ownShare), tf.mul(aux.ownResidual, ownShare));
    penalty = tf.div(mixed, (1 - ownShare) ** 2);
  }
  return { loss: tf.add(negativeLogLikelihood, tf.mul(penalty, residualWeight)) as tf.Scalar, aux };
}

/** The mean of δ² over the tokens of own texts that have a successor; 0 where there are none. */
function ownResidual({ ended, ...own }: NonNullable<LossOptions['own']>, options: LossOptions): tf.Scalar {
  const rows = ended.shape[0]!;
  const { squares } = temporalDifferences(own, rows, options);
  const counted = tf.reshape(followedTokens(tf.reshape(own.weights!, [rows, -1]), ended), [-1]);
  return tf.div(tf.sum(tf.mul(squares, counted)), tf.maximum(tf.sum(counted), 1));
}

/** V, log π and (Q − γ V′)² of each token, [N]. @param rows texts that the tokens are of */
function temporalDifferences(
  { logits, next, weights }: TokenPredictions,
  rows: number,
  { discount, gradient }: Pick<Config, 'discount' | 'gradient'>,
) {
  const { values, chosen, logLikelihoods } = softValues(logits, next);
  const nextValues = valuesAfter(tf.mul(values, weights!), rows);
  const future = gradient === 'semi' ? stopGradient(nextValues) : nextValues;
  return { values, logLikelihoods, squares: tf.square(tf.sub(chosen, tf.mul(future, discount))) };
}

/**
 * V′ of each token: the value where the next one is chosen. After the end of text, where nothing more is, it is 0.
 *
 * @param values [B · T′] 0 where no token of the completion is chosen
 */
function valuesAfter(values: tf.Tensor, batchSize: number): tf.Tensor {
  return tf.reshape(laterInRow(tf.reshape(values, [batchSize, -1])), [-1]);
}
