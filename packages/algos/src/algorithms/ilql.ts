/**
 * ILQL: implicit language Q-learning (Snell et al. 2023, "Offline RL for Natural Language Generation with Implicit Language Q Learning"). A language model
 * learns to imitate, and heads on its hidden states what texts (V) and next tokens (Q₁, Q₂) are worth: V an upper expectile of Q over the
 * tokens of the data, Q the reward plus V where the next token is chosen. Nothing is ever asked about a text that is not in the data.
 * While it writes, each token is as likely as the imitation says times exp(β A).
 *
 * Differences from the authors' code:
 * 1. Heads share the network of the language model, as in trlX, unless `valueNetwork` is `separate`. Theirs are on a network of their own,
 *    and the targets of Q on a third; here targets are heads on the network that learns.
 * 2. All losses are one sum, with one optimiser, as theirs; but the rate has a warm-up and half a cosine, and gradients are cut.
 */
import type { DatasetWarning, Rng } from '@lamo/core';
import { type Completions, decisionSampler } from '@lamo/data';
import { hiddenStates, nextTokenLogits, type TokenCritics, textValues, tokenCritics } from '@lamo/models';
import {
  type HostArray,
  initAdam,
  polyakAverage,
  type Tree,
  type TreeRecord,
  withoutGradient,
} from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { StepContext } from '../engine/algorithm';
import { defineAlgorithm } from '../engine/define-algorithm';
import { weightSetting } from '../ingredients/config';
import { initialValues } from '../ingredients/language/initial-values';
import { initModel, modelConfig, trainingPass } from '../ingredients/language/model-config';
import { COMPLETIONS_BETA2, completionConfig, onCompletions } from '../ingredients/language/on-completions';
import { type LearnedValues, steeredModelResult } from '../ingredients/language/steered-model-result';
import { tokenValueLoss, worthOfWritten } from '../ingredients/language/token-value-loss';
import {
  type LanguageTrainingState,
  languageMetrics,
  languagePartsStep,
  languageTrainingConfig,
} from '../ingredients/language/train-language-model';
import { type CompletionsSpec, rewardedCompletionsKind } from '../kinds/completions';
import { type LoadedModel, wholeModel } from '../kinds/language-model';

const config = z.strictObject({
  ...completionConfig,
  discount: z.number().min(0).max(1).default(0.99).describe('γ, for each token that is written'),
  expectile: z.number().gt(0).lt(1).default(0.7).describe('τ, which expectile of the data’s Q values V is'),
  valueTarget: z
    .enum(['td', 'monte-carlo'])
    .default('td')
    .describe(
      'What V learns from: td, the target critics; monte-carlo, the returns that were observed, each up to the end of its example',
    ),
  conservativeWeight: weightSetting(
    0.01,
    'Weight of the cross-entropy of Q (CQL), which keeps tokens low that are not in the data',
  ),
  imitationWeight: weightSetting(1, 'Weight of the negative log-likelihood of the data'),
  imitationAdvantageWeight: weightSetting(
    0,
    'Imitates tokens of the data by exp of this times their advantage; 0: all alike',
  ),
  targetRate: z.number().gt(0).max(1).default(0.005).describe('How fast target critics follow in each step'),
  valueNetwork: z
    .enum(['shared', 'separate'])
    .default('shared')
    .describe(
      'What values are heads on: the language model (shared), or a copy of it that learns values only (separate)',
    ),
  rewardScale: z
    .number()
    .positive()
    .default(1)
    .describe('Multiplies rewards while values are learned, so that these are not much larger than 1'),
  advantageWeight: weightSetting(
    8,
    'β, how strongly advantages steer what is written, in units of 1 / reward',
  ),
  largestAdvantage: z
    .number()
    .nullable()
    .default(null)
    .describe('Larger advantages count as this while it writes'),
  ...languageTrainingConfig({ learningRate: 1e-4, warmupSteps: 50, weightDecay: 0 }),
  ...modelConfig,
});

type Config = z.infer<typeof config>;

/** What a step maps to a new one. */
interface State<Leaf> extends LanguageTrainingState<Leaf> {
  readonly values: LearnedValues<Leaf> & Tree<Leaf>;
  /** Of Q₁ and Q₂; behind them. */
  readonly targets: TokenCritics<Leaf>;
}

/** A batch of decisions, [B, T] each, and prompts that came next, [B, N], where any is known; see `decisionSampler`. */
interface Batch {
  readonly tokens: tf.Tensor;
  readonly mask: tf.Tensor;
  readonly rewards: tf.Tensor;
  readonly nextStates: tf.Tensor;
  readonly returns: tf.Tensor;
  readonly nextTokens?: tf.Tensor;
}

type Context = StepContext<Config, State<tf.Tensor>, Batch, LoadedModel, CompletionsSpec>;

/** What learns by gradients. */
type Learned = Pick<State<tf.Tensor>, 'parameters' | 'values'> & TreeRecord<tf.Tensor>;

/** ILQL, ready to train. */
export const ilql = defineAlgorithm({
  ...onCompletions,
  data: {
    ...rewardedCompletionsKind,
    prepare(completions: Completions, config: Readonly<Record<string, unknown>>) {
      const prepared = rewardedCompletionsKind.prepare(completions, config);
      return { ...prepared, warnings: [...prepared.warnings, ...ofReturns(completions, config as Config)] };
    },
  },
  name: 'ilql',
  title: 'ILQL',
  paper: 'Snell et al. 2023, Offline RL for Natural Language Generation with Implicit Language Q Learning',
  config,
  metrics: {
    loss: 'Sum of the losses of critics, V and imitation, each with its weight, with dropout',
    negativeLogLikelihood: 'Mean negative log-likelihood of a token of the data, in nats',
    criticLoss: 'Sum of both critics’ mean squared Bellman errors, of scaled rewards',
    valueLoss: 'Expectile loss of V, of scaled rewards',
    conservativeLoss: 'Sum of both critics’ mean cross-entropy of the tokens of the data',
    value: 'Mean V of where tokens of the data are chosen, of scaled rewards',
    advantage: 'Mean distance between V and the worth of the token of the data, of scaled rewards',
    ...languageMetrics,
  },
  batches: (completions: Completions, { batchSize, discount }: Config, rng: Rng) =>
    decisionSampler(completions, { batchSize, discount, rng }),
  init(_spec: CompletionsSpec, config: Config, rng: Rng, loaded: LoadedModel) {
    const parameters = initModel(loaded, rng);
    const values = initialValues(loaded, config, parameters, rng.split('values'));
    const learned = { parameters, values } as Tree<HostArray>;
    return { ...(learned as TreeRecord<HostArray>), optimizer: initAdam(learned), targets: values.critics };
  },
  step(context: Context) {
    const { state, config, steps } = context;
    const { parameters, values, optimizer } = state;
    const learned = { parameters, values } as Learned;
    const options = { config, steps, beta2: COMPLETIONS_BETA2 };
    const { state: moved, metrics } = languagePartsStep(learned, optimizer, options, (given) =>
      lossOf(given, context),
    );
    const targets = polyakAverage(state.targets, moved.values.critics, config.targetRate);
    return { state: { ...moved, targets }, metrics };
  },
  result: steeredModelResult(),
});

/** Warns of returns that end where a text does, though it went on. */
function ofReturns(completions: Completions, { valueTarget }: Config): DatasetWarning[] {
  if (valueTarget === 'td') return [];
  let count = 0;
  for (let i = 0; i < completions.examples; i++)
    if (completions.isUnfinished(i) || completions.next(i).length > 0) count++;
  if (count === 0) return [];
  return [
    {
      code: 'returns-end-early',
      message: `${count} of ${completions.examples} examples of ${completions.name} went on after their end (\`next\`, or \`done\` false), and what they brought later is in no return: monte-carlo learns only from what came until then. valueTarget td looks further; or join what belongs together to dialogues.`,
    },
  ];
}

/** All losses of a batch. */
function lossOf({ parameters, values }: Learned, { state, frozen, batch, noise, config, loaded }: Context) {
  const { sizes } = loaded;
  const { tokens, nextTokens } = batch;
  const length = tokens.shape[1]!;
  const model = wholeModel(parameters, frozen);
  const valueNetwork = values.network === undefined ? model : wholeModel(values.network, frozen);
  const pass = trainingPass(noise, loaded);
  const read = (network: typeof model, texts: tf.Tensor) => hiddenStates(network, texts, sizes, pass); // [B, T, D]
  // The last state of a row chooses nothing, and may be where a text goes on that was cut.
  const deciding = (hidden: tf.Tensor) =>
    tf.reshape(tf.slice(hidden, [0, 0, 0], [-1, length - 1, -1]), [-1, sizes.nEmbd]); // [N, D]
  const following = (x: tf.Tensor) => tf.reshape(tf.slice(x, [0, 1], [-1, length - 1]), [-1]); // [N]
  const worthOf = (hidden: tf.Tensor) => {
    const [rows, places] = hidden.shape as [number, number, number];
    return tf.reshape(textValues(values, tf.reshape(hidden, [-1, sizes.nEmbd])), [rows, places]);
  };
  const hidden = read(model, tokens);
  const seen = valueNetwork === model ? hidden : read(valueNetwork, tokens);
  const decisions = deciding(seen);
  const later = nextTokens && withoutGradient(nextTokens, (texts) => worthOf(read(valueNetwork, texts)));
  return tokenValueLoss(
    {
      logits: nextTokenLogits(model, deciding(hidden)),
      critics: tokenCritics(values.critics, decisions),
      worth: worthOfWritten(state.targets, decisions, following(tokens)),
      values: later === undefined ? worthOf(seen) : tf.concat([worthOf(seen), later], 1),
      next: following(tokens),
      weights: following(batch.mask),
      rewards: tf.mul(following(batch.rewards), config.rewardScale),
      nextStates: following(batch.nextStates),
      returns: tf.mul(following(batch.returns), config.rewardScale),
    },
    config,
  );
}
