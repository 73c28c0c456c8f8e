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
 *
 * With `valueHead` V is what a head on the hidden states says, and Q = V + log π with log π the log-softmax of the logits (the separate representation that
 * the paper mentions): values then need not move the logits of a model whose table of tokens is shared.
 */
import type { BatchSource, Rng } from '@lamo/core';
import type { Completions } from '@lamo/data';
import { initMlp, type Mlp, type TokenPredictions, textValues } from '@lamo/models';
import {
  type HostArray,
  initAdam,
  softValues,
  stopGradient,
  type Tree,
  type TreeRecord,
} from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { NamesOf, StepContext } from '../engine/algorithm';
import { defineAlgorithm } from '../engine/define-algorithm';
import { weightSetting } from '../ingredients/config';
import { laterInRow } from '../ingredients/language/later-in-row';
import { meanOver } from '../ingredients/language/mean-over';
import { initModel, modelConfig } from '../ingredients/language/model-config';
import {
  COMPLETIONS_BETA2,
  type CompletionBatch,
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
  initLanguageTraining,
  type LanguageTrainingState,
  languageMetrics,
  languagePartsStep,
  languageStep,
  languageTrainingConfig,
} from '../ingredients/language/train-language-model';
import type { CompletionsSpec } from '../kinds/completions';
import { type LoadedModel, wholeModel } from '../kinds/language-model';

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
  valueHead: z
    .boolean()
    .default(false)
    .describe('Whether V is what a head of its own says, in place of the logits'),
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

/** What a step maps to a new one. */
interface State<Leaf> extends LanguageTrainingState<Leaf> {
  /** Says V of a hidden state, where it is asked for. */
  readonly valueHead?: Mlp<Leaf>;
}

type Context = StepContext<Config, State<tf.Tensor>, Batch, LoadedModel, CompletionsSpec>;

/** What learns by gradients beside each other. */
type Learned = Required<Pick<State<tf.Tensor>, 'parameters' | 'valueHead'>> & TreeRecord<tf.Tensor>;

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
  init(_spec: CompletionsSpec, { valueHead }: Config, rng: Rng, loaded: LoadedModel) {
    const parameters = initModel(loaded, rng);
    if (!valueHead) return initLanguageTraining(parameters);
    const { nEmbd } = loaded.sizes;
    const learned = { parameters, valueHead: initMlp([nEmbd, 2 * nEmbd, 1], rng.split('value-head')) };
    return { ...learned, optimizer: initAdam(learned as Tree<HostArray>) };
  },
  step(context: Context) {
    const { state, frozen, config, steps } = context;
    const { parameters, valueHead, optimizer } = state;
    const options = { config, steps, beta2: COMPLETIONS_BETA2 };
    if (valueHead === undefined)
      return languageStep(state, { frozen, ...options }, (model) => lossOf(model, undefined, context));
    return languagePartsStep({ parameters, valueHead } as Learned, optimizer, options, (learned) =>
      lossOf(wholeModel(learned.parameters, frozen), learned.valueHead, context),
    );
  },
});

/** The loss of a batch. */
function lossOf(
  model: ReturnType<typeof wholeModel<tf.Tensor>>,
  head: Mlp<tf.Tensor> | undefined,
  context: Context,
) {
  const { state, batch, config } = context;
  const isImitating = tf.less(state.optimizer.count, config.imitationSteps);
  const residualWeight = tf.where(isImitating, 0, config.residualWeight);
  const predict = (completions: CompletionBatch): ValuedPredictions => {
    const { hidden, ...predicted } = predictCompletions(model, context, completions);
    return head === undefined ? predicted : { ...predicted, values: textValues({ value: head }, hidden) };
  };
  const examples = predict(batch);
  const own = batch.ownTokens && {
    ...predict({ tokens: batch.ownTokens, mask: batch.ownMask! }),
    ended: batch.ownEnded!,
  };
  return iqLearnLoss(examples, { ...config, residualWeight, own });
}

/** What is predicted of tokens. */
export interface ValuedPredictions extends TokenPredictions {
  /** [N] V where each token is chosen. @default log Σ exp of its logits */
  readonly values?: tf.Tensor;
}

/** Settings of {@link iqLearnLoss}. */
interface LossOptions extends Pick<Config, 'batchSize' | 'discount' | 'gradient'> {
  readonly residualWeight: tf.Tensor;
  /** α. @default 0 */
  readonly ownShare?: number;
  /** What is predicted of texts that the model wrote, and which of them it ended, [B′]. @default none */
  readonly own?: (ValuedPredictions & { readonly ended: tf.Tensor }) | undefined;
}

/**
 * Computes −Σ w log π / Σ w + λ Σ w δ² / Σ w with δ = V + log π − γ V′, over the tokens of the completions; V + log π is Q. With own texts the second mean is one of both, and
 * λ / (1 − α)² its weight.
 */
export function iqLearnLoss(examples: ValuedPredictions, options: LossOptions) {
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
  { logits, next, weights, values: own }: ValuedPredictions,
  rows: number,
  { discount, gradient }: Pick<Config, 'discount' | 'gradient'>,
) {
  const { values: soft, chosen, logLikelihoods } = softValues(logits, next);
  const [values, worth] = own === undefined ? [soft, chosen] : [own, tf.add(own, logLikelihoods)];
  const nextValues = valuesAfter(tf.mul(values, weights!), rows);
  const future = gradient === 'semi' ? stopGradient(nextValues) : nextValues;
  return { values, logLikelihoods, squares: tf.square(tf.sub(worth, tf.mul(future, discount))) };
}

/**
 * V′ of each token: the value where the next one is chosen. After the end of text, where nothing more is, it is 0.
 *
 * @param values [B · T′] 0 where no token of the completion is chosen
 */
function valuesAfter(values: tf.Tensor, batchSize: number): tf.Tensor {
  return tf.reshape(laterInRow(tf.reshape(values, [batchSize, -1])), [-1]);
}
