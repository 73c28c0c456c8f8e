/**
 * Wiki-RL: a Decision Transformer whose body starts as GPT-2 and is fine-tuned as a whole, while a second loss keeps its
 * inputs near the directions of words and a third one may keep it a language model.
 *
 * Paper: Reid, Yamada and Gu 2022, "Can Wikipedia Help Offline Reinforcement Learning?". Reference: the authors'
 * machelreid/can-wikipedia-help-offline-rl.
 *
 * Differences from the reference:
 * 1. Everything is seeded, the clusters of words too.
 * 2. All episodes are used; the reference drops the worst one (`compat`).
 * 3. `adaptation: frozen` freezes the whole body, the last layer norm too.
 */
import type { Dataset, Rng } from '@lamo/core';
import { dropWorstEpisode, type TokenCorpus } from '@lamo/data';
import {
  type Gpt2Config,
  initDecisionTransformer,
  type ParameterGroups,
  predictLastAction,
  predictTrajectory,
  type TrajectoryModel,
} from '@lamo/models';
import { type HostArray, hostArray, joinTrees, type Tree, valueAndGradients } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Shaped, StepContext } from '../engine/algorithm';
import { defineAlgorithm } from '../engine/define-algorithm';
import { maskedMeanSquaredError } from '../ingredients/losses';
import {
  type AdaptedBackbone,
  divideBackbone,
  WHOLE,
  withoutUnread,
} from '../ingredients/sequence/adaptation';
import { backboneConfig, loadBackbone } from '../ingredients/sequence/backbone';
import { clusterTokens, unitRows } from '../ingredients/sequence/cluster-tokens';
import { sequenceConfig } from '../ingredients/sequence/sequence-config';
import { measureReturns, readWindows } from '../ingredients/sequence/sequence-data';
import { ACTION_LOSS, gradientMetrics } from '../ingredients/sequence/sequence-optimizer';
import { sequencePolicy } from '../ingredients/sequence/sequence-policy';
import {
  descend,
  fitSequence,
  initSequenceState,
  type SequenceState,
} from '../ingredients/sequence/sequence-state';
import { locomotionTargets } from '../ingredients/sequence/targets';
import {
  loadText,
  textConfig,
  textLoss,
  type WindowsAndText,
  windowsAndText,
} from '../ingredients/sequence/text-loss';

const config = z.strictObject({
  ...sequenceConfig,
  dropout: sequenceConfig.dropout.default(0.2),
  epsilon: sequenceConfig.epsilon.default(1e-6),
  ...backboneConfig,
  ...textConfig,
  textPositions: textConfig.textPositions.default(true),
  adaptation: z.enum(['full', 'frozen']).default('full').describe('Whether the body trains'),
  similarityWeight: z
    .number()
    .min(0)
    .default(0.1)
    .describe('Weight of the loss that turns inputs towards clusters of words; 0: none'),
  similaritySteps: z.int().positive().default(5000).describe('Steps in which that weight fades away'),
  similarityTo: z
    .enum(['nearest', 'all'])
    .default('nearest')
    .describe('Whether an input is turned towards the nearest cluster, or towards their mean'),
  clusters: z.int().positive().default(1000).describe('Clusters of words'),
  extendPositions: z
    .boolean()
    .default(false)
    .describe('Start the time table as GPT-2’s table of positions, repeated as often as needed'),
  head: z
    .enum(['linear', 'shared'])
    .default('linear')
    .describe('A separate action head, or the transposed action embedding'),
  compat: z
    .array(z.enum(['drop-worst-trajectory']))
    .default([])
    .describe('Quirks of the reference to reproduce: it loses the worst trajectory'),
});

type Config = z.infer<typeof config>;

interface State<Leaf> extends SequenceState<Leaf> {
  /** `centres` of the clusters of words [clusters, D], where inputs are turned towards them. */
  readonly words: Readonly<Record<string, Leaf>>;
}

interface Backbone extends AdaptedBackbone {
  readonly config: Gpt2Config;
  /** Opens the text of the language loss; undefined where its weight is 0. */
  corpus(): Promise<TokenCorpus | undefined>;
  /** Finds the directions of words, [clusters, D], where inputs are turned towards them. Neither of the two is needed to act. */
  readonly clusters: (() => Promise<HostArray>) | undefined;
  /** What the time table starts as, if not anew. */
  readonly timeTable: HostArray | undefined;
}

/** The model, whole. Where time is counted by positions, words are placed by the same table. */
function assemble(parameters: Tree<tf.Tensor>, frozen: Tree<tf.Tensor>, { extendPositions }: Config) {
  const model = joinTrees(parameters, frozen) as unknown as TrajectoryModel<tf.Tensor>;
  if (!extendPositions) return model;
  return { ...model, transformer: { ...model.transformer, wpe: model.embed_timestep } };
}

const passOf = (transformer: Gpt2Config) => ({
  config: transformer,
  settings: { order: 'norm-then-time', bound: 'tanh' } as const,
});

function chosenEpisodes(dataset: Dataset, { compat }: Config): Dataset {
  return compat.includes('drop-worst-trajectory') ? dropWorstEpisode(dataset) : dataset;
}

function wordClusters(table: HostArray, { clusters }: Config, rng: Rng) {
  return () => clusterTokens(table, { clusters, rng: rng.split('clusters') });
}

/** −mean of max_c cos(x, c): how far the inputs [B, 3 K, D] point away from the clusters of words. */
function similarityLoss(inputs: tf.Tensor, centres: tf.Tensor, to: Config['similarityTo']): tf.Scalar {
  const rows = tf.reshape(inputs, [-1, inputs.shape.at(-1)!]);
  const similarities = tf.matMul(unitRows(rows), unitRows(centres), false, true);
  return tf.neg(tf.mean(to === 'nearest' ? tf.max(similarities, 1) : similarities)) as tf.Scalar;
}

/** Fades from 1 to 0 along a logistic curve that passes 1/2 at half of `steps`. */
function fade(step: tf.Tensor, steps: number): tf.Scalar {
  return tf.sigmoid(tf.sub(tf.div(tf.sub(steps, step), steps / 10), 5)) as tf.Scalar;
}

/** Repeats GPT-2's positions from the third on; the first two are special there. */
function extendTable({ shape, data }: HostArray, rows: number): HostArray {
  const [positions, width] = shape as [number, number];
  const table = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const source = row < positions ? row : 2 + ((row - 2) % (positions - 2));
    table.set(data.subarray(source * width, (source + 1) * width), row * width);
  }
  return hostArray([rows, width], table);
}

type Context = StepContext<Config, State<tf.Tensor>, WindowsAndText, Backbone>;

type Losses = Readonly<Record<string, tf.Scalar>>;

const paper = { extendPositions: true, head: 'shared' } as const;

/** Wiki-RL, ready to train. */
export const wikiRl = defineAlgorithm({
  name: 'wiki-rl',
  title: 'Wiki-RL',
  paper: 'Reid et al. 2022, Can Wikipedia Help Offline Reinforcement Learning?',
  config,
  presets: {
    hopper: { backbone: 'gpt2', ...locomotionTargets.hopper, ...paper },
    halfcheetah: { backbone: 'gpt2', ...locomotionTargets.halfcheetah, ...paper },
    walker2d: { backbone: 'gpt2', ...locomotionTargets.walker2d, ...paper },
  },
  metrics: {
    actionLoss: ACTION_LOSS,
    similarityLoss:
      'Minus the mean cosine between inputs and the nearest cluster of words, where it has a weight',
    textLoss: 'Negative log-likelihood of the text in nats per token, where it has a weight',
    ...gradientMetrics,
  },
  async load(_, settings, rng, observer) {
    const backbone = await loadBackbone(settings, rng.split('backbone'), observer);
    // What stays in memory must not hold the whole backbone: tables that nothing reads are let go.
    const { config } = backbone;
    const { wte, wpe } = backbone.parameters;
    // A shared table of positions is the time table, and lives there.
    const textPositions = settings.textPositions && !settings.extendPositions;
    const transformer = withoutUnread(backbone.parameters, { ...settings, textPositions });
    const { similarityWeight, extendPositions, maxTimesteps } = settings;
    return {
      ...divideBackbone(transformer, settings.adaptation === 'full' ? WHOLE : {}),
      config,
      corpus: () => loadText(settings, settings.backbone, config, observer),
      clusters: similarityWeight > 0 ? wordClusters(wte.weight, settings, rng) : undefined,
      timeTable: extendPositions ? extendTable(wpe.weight, maxTimesteps) : undefined,
    };
  },
  batches: async (dataset, config, rng, { corpus }) =>
    windowsAndText(chosenEpisodes(dataset, config), config, rng, await corpus()),
  async init(
    { observationSize, actionSize },
    config,
    rng,
    { trainable, timeTable, clusters, config: { nEmbd: width } },
  ) {
    const { maxTimesteps, head } = config;
    const sizes = { observationSize, actionSize, width, maxTimesteps, embedding: 'linear', head } as const;
    const around = initDecisionTransformer(sizes, rng);
    const time = timeTable === undefined ? {} : { embed_timestep: { weight: timeTable } };
    const parameters = { ...trainable, ...around, ...time };
    return {
      ...initSequenceState(parameters, config),
      words: clusters === undefined ? {} : { centres: await clusters() },
    };
  },
  fit: {
    ...fitSequence,
    conditioning: (dataset, config) => measureReturns(chosenEpisodes(dataset, config), config),
  },
  step({ state, frozen, batch, noise, config, loaded }: Context) {
    const windows = readWindows(state.scaler, batch);
    const pass = { ...passOf(loaded.config), dropout: noise.dropout };
    const step = tf.add(state.optimizer.all!.count, 1);
    const { gradients, aux } = valueAndGradients<typeof state.parameters, Losses>(
      state.parameters,
      (parameters) => {
        const model = assemble(parameters, frozen, config);
        const { actions, normalised } = predictTrajectory(model, windows, pass);
        const actionLoss = maskedMeanSquaredError(actions, windows.actions, windows.mask);
        const losses: Record<string, tf.Scalar> = { actionLoss };
        let loss = actionLoss;
        if (config.similarityWeight > 0) {
          losses.similarityLoss = similarityLoss(normalised, state.words.centres!, config.similarityTo);
          const weight = tf.mul(config.similarityWeight, fade(step, config.similaritySteps));
          loss = tf.add(loss, tf.mul(weight, losses.similarityLoss));
        }
        if (config.textWeight > 0) {
          losses.textLoss = textLoss(model, batch.tokens!, pass, config);
          loss = tf.add(loss, tf.mul(config.textWeight, losses.textLoss));
        }
        return { loss, aux: losses };
      },
    );
    return descend(state, gradients, config, aux);
  },
  parameters: ({ parameters }, { frozen }) => ({ ...(parameters as ParameterGroups<Shaped>), frozen }),
  result: sequencePolicy<Config, Backbone>({
    act: ({ parameters, frozen, windows, config, loaded }) =>
      predictLastAction(assemble(parameters, frozen, config), windows, passOf(loaded.config)),
  }),
});
