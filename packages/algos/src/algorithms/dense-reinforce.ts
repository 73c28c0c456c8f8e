/**
 * Dense-path REINFORCE: a model that was fine-tuned on examples is trained on by the rewards that it has learned without being told. Supervised
 * fine-tuning is inverse soft Q-learning with γ = 1: logits are values Q, so that the reward of a token is log π(a | s) but for shaping. Relative to a
 * model from earlier in the same training it is
 *
 *   r = log π_SFT(a | s) − log π_earlier(a | s),
 *
 * which does not favour short texts. The model writes, and each of its tokens is reinforced by the rewards from there on.
 *
 * Paper: Li et al. 2025, "Beyond Imitation: Recovering Dense Rewards from Demonstrations", arXiv 2510.02493, equation 5.
 *
 * What we chose where the paper leaves it open, or we could not read it: advantages have mean 0 and deviation 1 over the tokens of a batch, and the exact KL divergence from
 * the model it began with is penalised, without which a few tokens take all probability.
 */
import type { Rng } from '@lamo/core';
import type { Completions } from '@lamo/data';
import { type Gpt2, predictTokens } from '@lamo/models';
import { softValues } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { LoadObserver } from '../engine/algorithm';
import { defineAlgorithm } from '../engine/define-algorithm';
import { weightSetting } from '../ingredients/config';
import { addLikelihood } from '../ingredients/language/likelihood-loss';
import { firstWeights, loadOtherModel, withAsked } from '../ingredients/language/load-other-model';
import { meanOver } from '../ingredients/language/mean-over';
import { modelConfig } from '../ingredients/language/model-config';
import {
  COMPLETIONS_BETA2,
  type CompletionContext,
  onCompletions,
  predictCompletions,
} from '../ingredients/language/on-completions';
import {
  type OwnSamplesBatch,
  openOwnSamples,
  ownSampleConfig,
  ownSampleMetrics,
} from '../ingredients/language/own-samples';
import { policyGradient, type WrittenTokens } from '../ingredients/language/policy-gradient';
import { returnsAlong } from '../ingredients/language/returns-along';
import {
  languageMetrics,
  languageStep,
  languageTrainingConfig,
} from '../ingredients/language/train-language-model';
import type { CompletionsSpec } from '../kinds/completions';
import { asked, type LoadedModel } from '../kinds/language-model';

const config = z.strictObject({
  batchSize: z.int().positive().default(16).describe('Texts that it writes for a step'),
  earlierModel: z
    .string()
    .nullable()
    .default(null)
    .describe(
      'Model from earlier in the same fine-tuning, which rewards are relative to: folder of a model or a run',
    ),
  discount: z.number().min(0).max(1).default(1).describe('γ of the rewards that follow a token'),
  divergenceWeight: weightSetting(0.1, 'Weight of the KL divergence from the model that it began with'),
  likelihoodWeight: weightSetting(0, 'Weight of the negative log-likelihood of as many examples'),
  ...ownSampleConfig,
  ...languageTrainingConfig({ learningRate: 1e-5, warmupSteps: 10, weightDecay: 0 }),
  ...modelConfig,
});

type Config = z.infer<typeof config>;
type Context = CompletionContext<Config, OwnSamplesBatch>;

/** Dense-path REINFORCE, ready to train. */
export const denseReinforce = defineAlgorithm({
  ...onCompletions,
  name: 'dense-reinforce',
  title: 'Dense-path REINFORCE',
  paper: 'Li et al. 2025, Beyond Imitation: Recovering Dense Rewards from Demonstrations',
  config,
  metrics: {
    loss: 'What is descended: the policy gradient’s surrogate, and what is added to it',
    reward: 'Mean reward of a token that the model wrote, in nats',
    textReward: 'Mean sum of the rewards of a text that the model wrote',
    divergence: 'Mean KL divergence of the next token from the model that it began with, in nats',
    negativeLogLikelihood: 'Mean negative log-likelihood of a token of the examples, where it has a weight',
    ...ownSampleMetrics,
    ...languageMetrics,
  },
  async load(spec: CompletionsSpec, config: Config, rng: Rng, observer?: LoadObserver) {
    const loaded = await onCompletions.load(spec, config, rng, observer);
    const tuned = firstWeights(loaded);
    const earlier = await loadOtherModel('earlierModel', config.earlierModel, loaded.sizes, observer);
    return withAsked(loaded, { tuned, earlier: earlier.parameters });
  },
  batches: (completions: Completions, config: Config, rng: Rng, loaded: LoadedModel) =>
    openOwnSamples(completions, config, rng, loaded),
  step(context: Context) {
    const { state, batch, frozen, config, loaded, steps } = context;
    const own = { tokens: batch.ownTokens, mask: batch.ownMask };
    const { tuned, earlier } = asked<'tuned' | 'earlier', tf.Tensor>(frozen);
    const logitsOf = (model: Gpt2<tf.Tensor>) =>
      predictTokens(model, own.tokens, loaded.sizes, { weights: own.mask }).logits;
    const said = { first: logitsOf(tuned), earlier: logitsOf(earlier) };
    return languageStep(state, { frozen, config, steps, beta2: COMPLETIONS_BETA2 }, (model) => {
      const { logits: written, next: tokens, weights: counted } = predictCompletions(model, context, own);
      const loss = denseReinforceLoss(
        { logits: written, next: tokens, weights: counted!, ...said },
        { ...config, rows: own.tokens.shape[0]! },
      );
      return addLikelihood(loss, config.likelihoodWeight, () => predictCompletions(model, context, batch));
    });
  },
});

/** Computes the mean over written tokens of −A log π(a) + κ KL(π ‖ π_SFT), A being the rewards from there on, with mean 0 and deviation 1. */
export function denseReinforceLoss(
  { earlier, ...written }: WrittenTokens & { readonly earlier: tf.Tensor2D },
  {
    rows,
    discount,
    divergenceWeight,
  }: Pick<Config, 'discount' | 'divergenceWeight'> & { readonly rows: number },
) {
  const { first: tuned, next, weights } = written;
  const likelihoods = (of: tf.Tensor2D) => softValues(of, next).logLikelihoods; // [N]
  const rewards = tf.mul(tf.sub(likelihoods(tuned), likelihoods(earlier)), weights);
  const perText = tf.reshape(rewards, [rows, -1]) as tf.Tensor2D;
  const returns = tf.reshape(returnsAlong(perText, discount), [-1]);
  const { surrogate, divergence } = policyGradient(written, returns);
  return {
    loss: tf.add(surrogate, tf.mul(divergence, divergenceWeight)) as tf.Scalar,
    aux: {
      reward: meanOver(weights)(rewards),
      textReward: tf.mean(tf.sum(perText, 1)),
      divergence,
    },
  };
}
