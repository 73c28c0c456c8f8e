/**
 * Pre-training of a GPT-2 on text: predict the next token (Radford et al. 2019), AdamW with a warm-up and half a cosine.
 *
 * Settings follow nanoGPT (github.com/karpathy/nanoGPT) where the papers give none. Differences: the learning rate
 * falls to 0, not to a tenth, and weight decay takes in biases and layer norms, as it does in LaMo's own training. Over a
 * whole run it shrinks those by a few per cent.
 */
import { type Gpt2, type Gpt2Config, languageLoss } from '@lamo/models';
import {
  type AdamState,
  adam,
  cosineRate,
  gradientStep,
  type Schedule,
  type Tree,
  warmupRate,
} from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { StepContext, StepReturn } from '../engine/algorithm';

const config = z.strictObject({
  batchSize: z.int().positive().default(8).describe('Blocks of text in a batch'),
  learningRate: z.number().positive().default(1e-3).describe('Learning rate after the warm-up, the highest'),
  warmupSteps: z.int().min(0).default(200).describe('Steps in which the learning rate rises'),
  weightDecay: z.number().min(0).default(0.1).describe('Decoupled weight decay'),
  maxGradientNorm: z.number().positive().default(1).describe('Norm that larger gradients are cut to'),
});

/** Settings of a pre-training. */
export type PretrainingConfig = z.infer<typeof config>;

/** What a pre-training's step depends on. */
export interface PretrainingPlan extends PretrainingConfig {
  readonly model: Gpt2Config;
  /** Steps in all: the learning rate reaches 0 at the last one. */
  readonly steps: number;
}

/** What a pre-training's step changes. */
export interface PretrainingState<Leaf> {
  readonly parameters: Gpt2<Leaf> & Tree<Leaf>;
  readonly optimizer: AdamState<Leaf>;
  readonly [key: string]: Tree<Leaf>;
}

/** GPT-3's and nanoGPT's: gradients of text vary more than squares averaged over 1000 steps can follow. */
const BETA2 = 0.95;

type Context = StepContext<PretrainingPlan, PretrainingState<tf.Tensor>, { readonly tokens: tf.Tensor }>;

/** Predicts the next token of every token in a batch of blocks. */
function predict({ state, batch, noise, config }: Context): StepReturn<PretrainingState<tf.Tensor>> {
  const dropout = (shape: readonly number[], rate: number) => noise.dropout(shape, rate);
  const { parameters, optimizer, loss, gradientNorm } = gradientStep(
    pretrainingOptimizer(config),
    state.parameters,
    state.optimizer,
    (parameters) => ({ loss: languageLoss(parameters, batch.tokens, config.model, { dropout }) }),
  );
  return {
    state: { parameters, optimizer },
    metrics: {
      loss,
      gradientNorm: gradientNorm!,
      learningRate: learningRate(config)(optimizer.count as tf.Scalar),
    },
  };
}

/** Pre-training, as far as it resembles an algorithm: settings and a step. */
export const pretraining = {
  name: 'pretrain',
  title: 'Pre-training',
  config,
  presets: {},
  metrics: {
    loss: 'Mean negative log-likelihood of the next token, in nats, with dropout',
    gradientNorm: 'Norm of the gradient before it is cut',
    learningRate: 'Learning rate of the step',
  },
  cycle: () => [predict],
};

/** AdamW as a plan wants it. */
function pretrainingOptimizer(plan: PretrainingPlan) {
  const { weightDecay, maxGradientNorm } = plan;
  return adam({ learningRate: learningRate(plan), beta2: BETA2, weightDecay, maxGradientNorm });
}

/** rate · min(step / warm-up, 1) · (1 + cos(π · (step − 1) / steps)) / 2 */
function learningRate({ learningRate, warmupSteps, steps }: PretrainingPlan): Schedule {
  const warmup = warmupRate(1, warmupSteps);
  const decay = cosineRate(learningRate, steps);
  return (step) => tf.mul(warmup(step), decay(step)) as tf.Scalar;
}
