/**
 * LaMo: a Decision Transformer whose transformer is a pre-trained GPT-2. GPT-2 stays frozen; low-rank adapters on its
 * query, key and value projections train, with small MLPs around it, and a language loss may keep it a language model.
 *
 * Paper: Shi, Liu, Ze, Du and Xu 2024, "Unleashing the Power of Pre-trained Language Models for Offline Reinforcement
 * Learning". Reference: srzer/LaMo-2023, experiment-d4rl.
 *
 * Differences from the reference:
 * 1. Everything is seeded; the reference seeds only the network.
 * 2. All episodes are used, cut where the data says; `compat` restores what the reference does.
 * 3. No text is read where `textWeight` is 0; the reference runs the text through the network all the same.
 * 4. The learning rate of the language model has an effect where one is set (`transformerLearningRate`).
 */
import type { Dataset } from '@lamo/core';
import { dropBestEpisode, lamoSplit, type TokenCorpus } from '@lamo/data';
import {
  type Gpt2Config,
  gpt2Shapes,
  initDecisionTransformer,
  initLinear,
  lookAtLastAction,
  partitionParameters,
  predictLastAction,
  predictTrajectory,
  type TrajectoryModel,
} from '@lamo/models';
import { joinTrees, type Tree, treeEntries, treeFromEntries, valueAndGradients } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Shaped, StepContext } from '../engine/algorithm';
import { defineAlgorithm } from '../engine/define-algorithm';
import { maskedMeanSquaredError } from '../ingredients/losses';
import { type AdaptedBackbone, adaptationConfig, adaptBackbone } from '../ingredients/sequence/adaptation';
import { backboneConfig, loadBackbone } from '../ingredients/sequence/backbone';
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
  warmupSteps: sequenceConfig.warmupSteps.default(2500),
  weightDecay: sequenceConfig.weightDecay.default(1e-5),
  epsilon: sequenceConfig.epsilon.default(1e-6),
  ...backboneConfig,
  ...adaptationConfig,
  ...textConfig,
  transformerLearningRate: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('Learning rate of the backbone’s parameters; none: that of the others, as in the reference'),
  embedding: z
    .enum(['mlp', 'linear'])
    .default('mlp')
    .describe('Embeddings of returns, states and actions: two layers with a GELU, or one'),
  residual: z
    .boolean()
    .default(true)
    .describe('Add the first layer of an embedding to its second: in the code, not in the paper'),
  head: z.enum(['mlp', 'linear']).default('mlp').describe('Action head: two layers with a GELU, or one'),
  bound: z.enum(['none', 'tanh']).default('none').describe('What bounds the predicted actions'),
  compat: z
    .array(z.enum(['drop-best-trajectory', 'lamo-split']))
    .default([])
    .describe('Quirks of the reference to reproduce: it loses the best trajectory, and cuts by counting'),
});

type Config = z.infer<typeof config>;

/** The heads for states and returns are the reference's: nothing reads them, and so nothing trains them. */
interface UnusedHeads<Leaf> {
  readonly predict_state: Tree<Leaf>;
  readonly predict_return: Tree<Leaf>;
  readonly [key: string]: Tree<Leaf>;
}

interface State<Leaf> extends SequenceState<Leaf> {
  readonly unused: UnusedHeads<Leaf>;
}

interface Backbone extends AdaptedBackbone {
  readonly config: Gpt2Config;
  /** Opens the text of the language loss, which acting does not need; undefined where its weight is 0. */
  corpus(): Promise<TokenCorpus | undefined>;
}

type Context = StepContext<Config, State<tf.Tensor>, WindowsAndText, Backbone>;

type Losses = Readonly<Record<string, tf.Scalar>>;

/** The model, whole. */
function assemble(parameters: Tree<tf.Tensor>, frozen: Tree<tf.Tensor>): TrajectoryModel<tf.Tensor> {
  return joinTrees(parameters, frozen) as unknown as TrajectoryModel<tf.Tensor>;
}

function passOf({ residual, bound, loraAlpha, loraDropout }: Config, transformer: Gpt2Config) {
  return {
    config: transformer,
    settings: { order: 'norm-then-time', residual, bound } as const,
    lora: { alpha: loraAlpha, dropout: loraDropout },
  };
}

function cut(dataset: Dataset, { compat }: Config): Dataset {
  return compat.includes('lamo-split') ? lamoSplit(dataset) : dataset;
}

function chosenEpisodes(dataset: Dataset, config: Config): Dataset {
  const pieces = cut(dataset, config);
  return config.compat.includes('drop-best-trajectory') ? dropBestEpisode(pieces) : pieces;
}

const linearOutside = { embedding: 'linear', head: 'linear', bound: 'tanh' } as const;

/** LaMo, ready to train. */
export const lamo = defineAlgorithm({
  name: 'lamo',
  title: 'LaMo',
  paper:
    'Shi et al. 2024, Unleashing the Power of Pre-trained Language Models for Offline Reinforcement Learning',
  config,
  // The authors' scripts, all on GPT-2 small; which λ a task had is in none of them, and ours for kitchen.
  presets: {
    hopper: { backbone: 'gpt2', ...locomotionTargets.hopper, ...linearOutside },
    halfcheetah: { backbone: 'gpt2', ...locomotionTargets.halfcheetah, targetReturns: [12_000, 8000] },
    walker2d: { backbone: 'gpt2', ...locomotionTargets.walker2d },
    reacher2d: { backbone: 'gpt2', ...locomotionTargets.reacher2d },
    kitchen: { backbone: 'gpt2', returnScale: 1, targetReturns: [5, 4], textWeight: 0.1 },
    'kitchen-medium': { backbone: 'gpt2-medium', returnScale: 1, targetReturns: [5, 4], textWeight: 0.1 },
  },
  metrics: {
    actionLoss: ACTION_LOSS,
    textLoss: 'Negative log-likelihood of the text in nats per token, where it has a weight',
    ...gradientMetrics,
  },
  async load(_, settings, rng, observer) {
    const backbone = await loadBackbone(settings, rng.split('backbone'), observer);
    // What stays in memory must not hold the whole backbone: tables that nothing reads are let go.
    const { config } = backbone;
    return {
      ...adaptBackbone(backbone, settings, rng.split('adapters')),
      config,
      corpus: () => loadText(settings, settings.backbone, config, observer),
    };
  },
  batches: async (dataset, config, rng, { corpus }) =>
    windowsAndText(chosenEpisodes(dataset, config), config, rng, await corpus()),
  init({ observationSize, actionSize }, config, rng, { trainable, config: { nEmbd: width } }) {
    const { maxTimesteps, embedding, head } = config;
    const sizes = { observationSize, actionSize, width, maxTimesteps, embedding, head };
    const parameters = { ...trainable, ...initDecisionTransformer(sizes, rng) };
    return {
      ...initSequenceState(parameters, config),
      unused: {
        predict_state: initLinear(width, observationSize, rng.split('predict_state')),
        predict_return: initLinear(width, 1, rng.split('predict_return')),
      },
    };
  },
  fit: {
    scaler: (dataset, config) => fitSequence.scaler(cut(dataset, config), config),
    conditioning: (dataset, config) => measureReturns(chosenEpisodes(dataset, config), config),
  },
  step({ state, frozen, batch, noise, config, loaded }: Context) {
    const windows = readWindows(state.scaler, batch);
    const pass = { ...passOf(config, loaded.config), dropout: noise.dropout };
    const { gradients, aux } = valueAndGradients<typeof state.parameters, Losses>(
      state.parameters,
      (parameters) => {
        const model = assemble(parameters, frozen);
        const { actions } = predictTrajectory(model, windows, pass);
        const actionLoss = maskedMeanSquaredError(actions, windows.actions, windows.mask);
        if (config.textWeight === 0) return { loss: actionLoss, aux: { actionLoss } };
        const words = textLoss(model, batch.tokens!, pass, config);
        const loss = tf.add(actionLoss, tf.mul(config.textWeight, words)) as tf.Scalar;
        return { loss, aux: { actionLoss, textLoss: words } };
      },
    );
    return descend(state, gradients, config, aux);
  },
  parameters({ parameters, unused }, { config, groups }) {
    // The whole backbone, also the tables that were not kept because nothing reads them.
    const own = treeEntries(joinTrees<Shaped>(parameters as Tree<Shaped>, unused));
    const whole = treeEntries<Shaped>({ transformer: gpt2Shapes(config) });
    const model = treeFromEntries(new Map([...whole, ...own]));
    return partitionParameters(model, {
      ...groups,
      embeddings: ['embed_return.**', 'embed_state.**', 'embed_action.**', 'embed_ln.*'],
      timeTable: ['embed_timestep.*'],
      actionHead: ['predict_action.**'],
      unusedHeads: ['predict_state.*', 'predict_return.*'],
    });
  },
  result: sequencePolicy<Config, Backbone>({
    act: ({ parameters, frozen, windows, config, loaded }) =>
      predictLastAction(assemble(parameters, frozen), windows, passOf(config, loaded.config)),
    look: ({ parameters, frozen, windows, config, loaded }) =>
      lookAtLastAction(assemble(parameters, frozen), windows, passOf(config, loaded.config)),
    isBounded: ({ bound }) => bound === 'tanh',
  }),
});
