/**
 * Pre-training of a GPT-2 on text: predict the next token (Radford et al. 2019), AdamW with a warm-up and half a cosine.
 *
 * Settings follow nanoGPT (github.com/karpathy/nanoGPT) where the papers give none. Differences: the learning rate
 * falls to 0, not to a tenth, and weight decay takes in biases and layer norms, as it does in LaMo's own training. Over a
 * whole run it shrinks those by a few per cent.
 */
import { tokenBlockSampler } from '@lamo/data';
import { languageLoss } from '@lamo/models';
import {
  type AdamState,
  adam,
  cosineRate,
  gradientStep,
  initAdam,
  type Schedule,
  warmupRate,
} from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { StepContext } from '../engine/algorithm';
import { defineAlgorithm } from '../engine/define-algorithm';
import { initModel, loadModel, modelConfig } from '../ingredients/language/model-config';
import { type CorpusSpec, corpusKind } from '../kinds/corpus';
import { type LanguageModelState, type LoadedModel, languageModelResult } from '../kinds/language-model';

const config = z.strictObject({
  batchSize: z.int().positive().default(8).describe('Blocks of text in a batch'),
  learningRate: z.number().positive().default(1e-3).describe('Learning rate after the warm-up, the highest'),
  warmupSteps: z.int().min(0).default(200).describe('Steps in which the learning rate rises'),
  weightDecay: z.number().min(0).default(0.1).describe('Decoupled weight decay'),
  maxGradientNorm: z.number().positive().default(1).describe('Norm that larger gradients are cut to'),
  ...modelConfig,
});

type Config = z.infer<typeof config>;

interface State<Leaf> extends LanguageModelState<Leaf> {
  readonly optimizer: AdamState<Leaf>;
}

type Context = StepContext<Config, State<tf.Tensor>, { readonly tokens: tf.Tensor }, LoadedModel, CorpusSpec>;

/** GPT-3's and nanoGPT's: gradients of text vary more than squares averaged over 1000 steps can follow. */
const BETA2 = 0.95;

/** rate · min(step / warm-up, 1) · (1 + cos(π · (step − 1) / steps)) / 2 */
function schedule({ learningRate, warmupSteps }: Config, steps: number): Schedule {
  const warmup = warmupRate(1, warmupSteps);
  const decay = cosineRate(learningRate, steps);
  return (step) => tf.mul(warmup(step), decay(step)) as tf.Scalar;
}

/** Pre-training, ready to train. */
export const pretrain = defineAlgorithm({
  name: 'pretrain',
  title: 'Pre-training',
  paper: 'Radford et al. 2019, Language Models are Unsupervised Multitask Learners',
  data: corpusKind,
  config,
  metrics: {
    loss: 'Mean negative log-likelihood of the next token, in nats, with dropout',
    gradientNorm: 'Norm of the gradient before it is cut',
    learningRate: 'Learning rate of the step',
  },
  load: (spec, config, _rng, observer) => loadModel(spec, config, observer),
  batches: (corpus, { batchSize }, rng) => tokenBlockSampler(corpus, { batchSize, rng }),
  init(_spec, _config, rng, loaded) {
    const parameters = initModel(loaded, rng);
    return { parameters, optimizer: initAdam(parameters) };
  },
  /** Predicts the next token of every token in a batch of blocks. */
  step({ state, batch, noise, config, loaded, steps }: Context) {
    const dropout = (shape: readonly number[], rate: number) => noise.dropout(shape, rate);
    const { weightDecay, maxGradientNorm } = config;
    const learningRate = schedule(config, steps);
    const { parameters, optimizer, loss, gradientNorm } = gradientStep(
      adam({ learningRate, beta2: BETA2, weightDecay, maxGradientNorm }),
      state.parameters,
      state.optimizer,
      (parameters) => ({ loss: languageLoss(parameters, batch.tokens, loaded.sizes, { dropout }) }),
    );
    return {
      state: { parameters, optimizer },
      metrics: {
        loss,
        gradientNorm: gradientNorm!,
        learningRate: learningRate(optimizer.count as tf.Scalar),
      },
    };
  },
  result: languageModelResult<LoadedModel>(),
});
