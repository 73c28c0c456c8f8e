/**
 * Reward model: a GPT-2 with a linear head that tells by the last token of an answer how good it is, learned from pairs of answers of which one is
 * better (Stiennon et al. 2020, "Learning to summarize from human feedback"; the odds are those of Bradley and Terry 1952).
 *
 *   −log σ(r_chosen − r_rejected)
 *
 * With a `textWeight` it is GRM (Yang et al. 2024, "Regularizing Hidden States Enables Learning Generalizable Reward Model for LLMs"), in the form that
 * their code calls `sft_only` and runs by default: the language head is kept, and the better answer y to its prompt x stays likely,
 *
 *   (1 − α) · −log σ(r_chosen − r_rejected) + α · −log σ(β log π(y | x))
 *
 * with α = 0.01 and β = 0.1 there, log π the sum over the tokens of the answer. Their other form, a DPO loss on both answers, is not here.
 *
 * Differences from GRM's code: the head is linear and has no bias, as that of transformers' GPT2ForSequenceClassification (theirs is an MLP, or linear
 * with a bias, which no difference of rewards sees) and no dropout of its own; the rate has a warm-up and half a cosine.
 */
import type { Rng } from '@lamo/core';
import { type Preferences, preferenceSampler } from '@lamo/data';
import { hiddenStates, initRewardHead, nextTokenLogits, textRewards } from '@lamo/models';
import { type HostArray, initAdam, softValues, type Tree, type TreeRecord } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { StepContext } from '../engine/algorithm';
import { defineAlgorithm } from '../engine/define-algorithm';
import { initModel, modelConfig, trainingPass } from '../ingredients/language/model-config';
import { COMPLETIONS_BETA2, onCompletions } from '../ingredients/language/on-completions';
import {
  type LanguageTrainingState,
  languageMetrics,
  languagePartsStep,
  languageTrainingConfig,
} from '../ingredients/language/train-language-model';
import { type CompletionsSpec, preferencesKind } from '../kinds/completions';
import { type LoadedModel, wholeModel } from '../kinds/language-model';
import { type RewardModelState, rewardModelResult } from '../kinds/reward-model';

const config = z.strictObject({
  batchSize: z.int().positive().default(8).describe('Pairs of answers in a batch'),
  textWeight: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('α, weight of the text loss of GRM, which keeps the better answer likely; GRM has 0.01'),
  textSharpness: z
    .number()
    .positive()
    .default(0.1)
    .describe('β, which the log-likelihood of an answer is multiplied by in the text loss'),
  ...languageTrainingConfig({ learningRate: 5e-5, warmupSteps: 50, weightDecay: 0 }),
  ...modelConfig,
});

type Config = z.infer<typeof config>;
type State<Leaf> = RewardModelState<Leaf> & LanguageTrainingState<Leaf>;

/** A batch of pairs, [B, T] each; see `preferenceSampler`. */
interface Batch {
  readonly chosen: tf.Tensor;
  readonly chosenMask: tf.Tensor;
  readonly rejected: tf.Tensor;
  readonly rejectedMask: tf.Tensor;
}

type Context = StepContext<Config, State<tf.Tensor>, Batch, LoadedModel, CompletionsSpec>;

/** What learns by gradients. */
type Learned = Pick<State<tf.Tensor>, 'parameters' | 'rewardHead'> & TreeRecord<tf.Tensor>;

/** A reward model, ready to train. */
export const rewardModel = defineAlgorithm({
  name: 'reward-model',
  title: 'Reward model',
  paper: 'Stiennon et al. 2020, Learning to summarize from human feedback',
  config,
  data: preferencesKind,
  metrics: {
    loss: 'Loss of the preferences, and with a text weight that of texts, each with its weight, with dropout',
    preferenceLoss: 'Mean −log σ of the difference of the rewards of a pair, in nats; log 2 for a guess',
    accuracy: 'Share of the pairs whose better answer has the higher reward',
    margin: 'Mean difference of the rewards of a pair',
    textLoss: 'Mean −log σ(β log π) of the better answers, where it has a weight',
    ...languageMetrics,
  },
  load: onCompletions.load,
  batches: (preferences: Preferences, { batchSize }: Config, rng: Rng) =>
    preferenceSampler(preferences, { batchSize, rng }),
  init(_spec: CompletionsSpec, _config: Config, rng: Rng, loaded: LoadedModel) {
    const parameters = initModel(loaded, rng);
    const rewardHead = loaded.heads?.rewardHead ?? initRewardHead(loaded.sizes, rng.split('reward-head'));
    const learned = { parameters, rewardHead } as Tree<HostArray>;
    return { ...(learned as TreeRecord<HostArray>), optimizer: initAdam(learned) };
  },
  step(context: Context) {
    const { state, config, steps } = context;
    const { parameters, rewardHead, optimizer } = state;
    const learned = { parameters, rewardHead } as Learned;
    const options = { config, steps, beta2: COMPLETIONS_BETA2 };
    return languagePartsStep(learned, optimizer, options, (given) =>
      rewardModelLoss(judgePairs(given, context), config),
    );
  },
  result: rewardModelResult(),
});

/** What a reward model says of B pairs. */
export interface JudgedPairs {
  /** [B] of the better answers */
  readonly chosen: tf.Tensor;
  /** [B] of the worse ones */
  readonly rejected: tf.Tensor;
  /** [B] log π of the better answers, in nats, if texts count */
  readonly likelihoods?: tf.Tensor;
}

/** Reads both answers of each pair, all in one pass. */
function judgePairs(
  { parameters, rewardHead }: Learned,
  { frozen, batch, noise, config, loaded }: Context,
): JudgedPairs {
  const model = wholeModel(parameters, frozen);
  const tokens = tf.concat([batch.chosen, batch.rejected]); // [2 B, T]
  const mask = tf.concat([batch.chosenMask, batch.rejectedMask]);
  const hidden = hiddenStates(model, tokens, loaded.sizes, trainingPass(noise, loaded)); // [2 B, T, D]
  const [chosen, rejected] = tf.split(textRewards(rewardHead, hidden, mask), 2) as [tf.Tensor, tf.Tensor];
  if (config.textWeight === 0) return { chosen, rejected };
  const [rows, length] = batch.chosen.shape as [number, number];
  const deciding = tf.slice(hidden, [0, 0, 0], [rows, length - 1, -1]);
  const following = (x: tf.Tensor) => tf.reshape(tf.slice(x, [0, 1], [-1, length - 1]), [-1]); // [N]
  const { logLikelihoods } = softValues(nextTokenLogits(model, deciding), following(batch.chosen));
  const counted = tf.mul(logLikelihoods, following(batch.chosenMask));
  return { chosen, rejected, likelihoods: tf.sum(tf.reshape(counted, [rows, length - 1]), 1) };
}

/** Computes (1 − α) mean −log σ(r_chosen − r_rejected) + α mean −log σ(β log π), α being 0 if texts do not count. */
export function rewardModelLoss(
  { chosen, rejected, likelihoods }: JudgedPairs,
  { textWeight, textSharpness }: Pick<Config, 'textWeight' | 'textSharpness'>,
) {
  const margins = tf.sub(chosen, rejected);
  // −log σ(x) = softplus(−x)
  const surprise = (x: tf.Tensor) => tf.mean(tf.softplus(tf.neg(x))) as tf.Scalar;
  const preferenceLoss = surprise(margins);
  const aux: Record<string, tf.Tensor> = {
    preferenceLoss,
    accuracy: tf.mean(tf.cast(tf.greater(margins, 0), 'float32')),
    margin: tf.mean(margins),
  };
  if (likelihoods === undefined) return { loss: preferenceLoss, aux };
  const textLoss = surprise(tf.mul(likelihoods, textSharpness));
  const loss = tf.add(tf.mul(preferenceLoss, 1 - textWeight), tf.mul(textLoss, textWeight)) as tf.Scalar;
  return { loss, aux: { ...aux, textLoss } };
}
