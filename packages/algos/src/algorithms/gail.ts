/**
 * GAIL for text: a discriminator learns to tell what the model writes from the examples, and the model to write what is taken for an example (Ho and Ermon 2016,
 * "Generative Adversarial Imitation Learning"; for language models as in Wulfmeier et al. 2024, appendix A.1.3). It is the baseline of IQLearn that
 * has to write while it learns, and to balance two networks.
 *
 *   discriminator: −E_examples log σ(D) − E_own log (1 − σ(D)), D(s, a) a number for each token
 *   reward of a token: log(1 + exp D)
 *   policy: advantage actor-critic on the texts that it wrote, with the KL divergence from where it began, whose weight falls
 *
 * Differences from the paper's: one gradient step on each text and so no clipped ratio; V is a head on the policy's own network, the discriminator a head on a
 * copy of the model that it began with.
 */
import type { Rng } from '@lamo/core';
import type { Completions } from '@lamo/data';
import {
  hiddenStates,
  initMlp,
  type Mlp,
  mlp,
  nextTokenLogits,
  predictTokens,
  textValues,
} from '@lamo/models';
import { type AdamState, initAdam, type Tree, type TreeRecord } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { LoadObserver, StepContext } from '../engine/algorithm';
import { defineAlgorithm } from '../engine/define-algorithm';
import { weightSetting } from '../ingredients/config';
import { addLikelihood } from '../ingredients/language/likelihood-loss';
import { firstWeights, withAsked } from '../ingredients/language/load-other-model';
import { meanOver } from '../ingredients/language/mean-over';
import { initModel, modelConfig, trainingPass } from '../ingredients/language/model-config';
import {
  COMPLETIONS_BETA2,
  completionConfig,
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
  type LanguageTrainingState,
  languageDescent,
  languageMetrics,
  languageTrainingConfig,
} from '../ingredients/language/train-language-model';
import type { CompletionsSpec } from '../kinds/completions';
import { asked, type LoadedModel, wholeModel } from '../kinds/language-model';

const config = z.strictObject({
  ...completionConfig,
  discount: z.number().min(0).max(1).default(1).describe('γ of the rewards that follow a token'),
  divergenceWeight: weightSetting(
    1,
    'Weight of the KL divergence from the model that it began with, at first',
  ),
  lastDivergenceWeight: weightSetting(
    1e-3,
    'The same weight from `divergenceSteps` on; it falls in a straight line',
  ),
  divergenceSteps: z.int().positive().default(10_000).describe('Steps in which that weight falls'),
  imitationWeight: weightSetting(0, 'Weight of the negative log-likelihood of the examples'),
  valueWeight: weightSetting(0.5, 'Weight of the squared error of V'),
  discriminatorLearningRate: z
    .number()
    .positive()
    .default(1e-4)
    .describe('Learning rate of the discriminator after the warm-up, the highest'),
  ...ownSampleConfig,
  ...languageTrainingConfig({ learningRate: 1e-5, warmupSteps: 50, weightDecay: 0 }),
  ...modelConfig,
});

type Config = z.infer<typeof config>;

/** A network with a head that says one number of each text. */
interface Judge<Leaf> {
  readonly network: Tree<Leaf>;
  readonly value: Mlp<Leaf>;
  readonly [key: string]: Tree<Leaf>;
}

interface State<Leaf> extends LanguageTrainingState<Leaf> {
  /** V, a head on the policy's hidden states. */
  readonly value: Mlp<Leaf>;
  /** Its head says D of the last token of a text. */
  readonly discriminator: Judge<Leaf>;
  readonly discriminatorOptimizer: AdamState<Leaf>;
}

type Context = StepContext<Config, State<tf.Tensor>, OwnSamplesBatch, LoadedModel, CompletionsSpec>;

/** What learns of the policy. */
type Policy = Pick<State<tf.Tensor>, 'parameters' | 'value'> & TreeRecord<tf.Tensor>;

/** GAIL for text, ready to train. */
export const gail = defineAlgorithm({
  ...onCompletions,
  name: 'gail',
  title: 'GAIL',
  paper: 'Ho and Ermon 2016, Generative Adversarial Imitation Learning',
  config,
  metrics: {
    loss: 'What the policy descends: the policy gradient’s surrogate, and what is added to it',
    reward: 'Mean reward of a token that the model wrote, log(1 + exp D)',
    divergence: 'Mean KL divergence of the next token from the model that it began with, in nats',
    valueLoss: 'Mean squared error of V',
    negativeLogLikelihood: 'Mean negative log-likelihood of a token of the examples, where it has a weight',
    discriminatorLoss: 'Cross-entropy of the discriminator, the sum of both sides',
    exampleScore: 'Mean σ(D) of tokens of the examples',
    ownScore: 'Mean σ(D) of tokens that the model wrote',
    ...ownSampleMetrics,
    ...languageMetrics,
  },
  async load(spec: CompletionsSpec, config: Config, rng: Rng, observer?: LoadObserver) {
    const loaded = await onCompletions.load(spec, config, rng, observer);
    return withAsked(loaded, { first: firstWeights(loaded) });
  },
  init(_spec: CompletionsSpec, _config: Config, rng: Rng, loaded: LoadedModel) {
    const head = (name: string) => initMlp([loaded.sizes.nEmbd, loaded.sizes.nEmbd, 1], rng.split(name));
    const model = initModel(loaded, rng);
    const [parameters, value] = [model, head('value')];
    const discriminator = { network: model, value: head('discriminator') };
    return {
      ...{ parameters, value, optimizer: initAdam({ parameters, value }) },
      ...{ discriminator, discriminatorOptimizer: initAdam(discriminator) },
    };
  },
  batches: (completions: Completions, config: Config, rng: Rng, loaded: LoadedModel) =>
    openOwnSamples(completions, config, rng, loaded),
  step(context: Context) {
    const { state, config, steps } = context;
    const { parameters, value, optimizer, discriminator } = state;
    const descend = { config, steps, beta2: COMPLETIONS_BETA2 };
    const rewards = tf.softplus(scoresOf(discriminator, ownTexts(context), context)) as tf.Tensor2D;
    const policy = languageDescent(
      { parameters: { parameters, value } as Policy, optimizer },
      descend,
      (learned) => policyLoss(learned, rewards, context),
    );
    const judge = languageDescent(
      { parameters: discriminator, optimizer: state.discriminatorOptimizer },
      { ...descend, config: { ...config, learningRate: config.discriminatorLearningRate } },
      (learned) => discriminatorLoss(learned, context),
    );
    const { loss, exampleScore, ownScore } = judge.metrics;
    return {
      state: {
        ...policy.state.parameters,
        optimizer: policy.state.optimizer,
        discriminator: judge.state.parameters,
        discriminatorOptimizer: judge.state.optimizer,
      },
      metrics: {
        ...policy.metrics,
        discriminatorLoss: loss,
        exampleScore,
        ownScore,
      },
    };
  },
});

const ownTexts = ({ batch }: Context) => ({ tokens: batch.ownTokens, mask: batch.ownMask });

/** D of each token but the first of its row, [B, T − 1]: a head on what is read up to that token. */
function scoresOf(
  { network, value }: Judge<tf.Tensor>,
  { tokens }: { readonly tokens: tf.Tensor },
  { frozen, noise, loaded }: Context,
): tf.Tensor {
  const hidden = hiddenStates(wholeModel(network, frozen), tokens, loaded.sizes, trainingPass(noise, loaded));
  const [rows, length] = tokens.shape as [number, number];
  const chosen = tf.slice(hidden, [0, 1, 0], [-1, length - 1, -1]);
  return tf.reshape(mlp(value, tf.reshape(chosen, [rows * (length - 1), -1])), [rows, length - 1]);
}

/** 1 where a token but the first of its row counts, [B, T − 1]. */
const counted = (mask: tf.Tensor) => tf.slice(mask, [0, 1], [-1, mask.shape[1]! - 1]);

/** The cross-entropy of telling tokens of examples from those that the model wrote. */
function discriminatorLoss(judge: Judge<tf.Tensor>, context: Context) {
  const own = ownTexts(context);
  const examples = scoresOf(judge, context.batch, context);
  const written = scoresOf(judge, own, context);
  const [real, made] = [meanOver(counted(context.batch.mask)), meanOver(counted(own.mask))];
  // −log σ(D) = softplus(−D); −log (1 − σ(D)) = softplus(D)
  const loss = tf.add(real(tf.softplus(tf.neg(examples))), made(tf.softplus(written))) as tf.Scalar;
  return { loss, aux: { exampleScore: real(tf.sigmoid(examples)), ownScore: made(tf.sigmoid(written)) } };
}

/** The actor-critic's loss on what was written, and what holds the policy near where it began. @param rewards [B′, T − 1] */
function policyLoss({ parameters, value }: Policy, rewards: tf.Tensor2D, context: Context) {
  const { state, frozen, batch, noise, config, loaded } = context;
  const { tokens, mask } = ownTexts(context);
  const model = wholeModel(parameters, frozen);
  const hidden = hiddenStates(model, tokens, loaded.sizes, trainingPass(noise, loaded));
  const length = tokens.shape[1]!;
  const deciding = tf.reshape(tf.slice(hidden, [0, 0, 0], [-1, length - 1, -1]), [-1, loaded.sizes.nEmbd]); // [N, D]
  const { first } = asked<'first', tf.Tensor>(frozen);
  const written = {
    logits: nextTokenLogits(model, deciding),
    first: predictTokens(first, tokens, loaded.sizes).logits,
    next: tf.reshape(counted(tokens), [-1]),
    weights: tf.reshape(counted(mask), [-1]),
    values: textValues({ value }, deciding),
    returns: tf.reshape(returnsAlong(tf.mul(rewards, counted(mask)), config.discount), [-1]),
  };
  const fallen = tf.minimum(tf.div(state.optimizer.count, config.divergenceSteps), 1);
  const { divergenceWeight, lastDivergenceWeight } = config;
  const held = tf.add(divergenceWeight, tf.mul(fallen, lastDivergenceWeight - divergenceWeight));
  const { loss, aux } = gailPolicyLoss(written, { divergenceWeight: held, valueWeight: config.valueWeight });
  const metrics = { ...aux, reward: meanOver(counted(mask))(rewards) };
  return addLikelihood({ loss, aux: metrics }, config.imitationWeight, () =>
    predictCompletions(model, context, batch),
  );
}

/** Computes the mean over written tokens of −A log π(a) + κ KL(π ‖ π₀) + c (G − V)², A being G − V with mean 0 and deviation 1. */
export function gailPolicyLoss(
  { values, returns, ...written }: WrittenTokens & Readonly<Record<'values' | 'returns', tf.Tensor>>,
  { divergenceWeight, valueWeight }: { readonly divergenceWeight: tf.Tensor; readonly valueWeight: number },
) {
  const errors = tf.sub(returns, values); // [N]
  const { surrogate, divergence } = policyGradient(written, errors);
  const valueLoss = meanOver(written.weights)(tf.square(errors));
  const terms = [surrogate, tf.mul(divergence, divergenceWeight), tf.mul(valueLoss, valueWeight)];
  return { loss: tf.addN(terms) as tf.Scalar, aux: { divergence, valueLoss } };
}
