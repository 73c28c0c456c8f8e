import type { Gpt2 } from '@lamo/models';
import {
  type AdamState,
  adam,
  cosineRate,
  gradientStep,
  type HostArray,
  initAdam,
  type Loss,
  type Schedule,
  type Tree,
  type TreeRecord,
  warmupRate,
} from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { type LanguageModelState, wholeModel } from '../../kinds/language-model';

/** The state of a language model in training. */
export interface LanguageTrainingState<Leaf> extends LanguageModelState<Leaf> {
  /** Moments of the weights that train. */
  readonly optimizer: AdamState<Leaf>;
}

/** Defaults of {@link languageTrainingConfig}. */
interface Defaults {
  readonly learningRate: number;
  readonly warmupSteps: number;
  readonly weightDecay: number;
}

/** Settings of every training of a language model. */
export function languageTrainingConfig({ learningRate, warmupSteps, weightDecay }: Defaults) {
  return {
    learningRate: z
      .number()
      .positive()
      .default(learningRate)
      .describe('Learning rate after the warm-up, the highest'),
    warmupSteps: z.int().min(0).default(warmupSteps).describe('Steps in which the learning rate rises'),
    weightDecay: z.number().min(0).default(weightDecay).describe('Decoupled weight decay'),
    maxGradientNorm: z.number().positive().default(1).describe('Norm that larger gradients are cut to'),
  };
}

/** The values of {@link languageTrainingConfig}. */
export type LanguageTrainingConfig = z.infer<z.ZodObject<ReturnType<typeof languageTrainingConfig>>>;

/** Metrics of {@link languageStep} besides the loss. */
export const languageMetrics = {
  gradientNorm: 'Norm of the gradient before it is cut',
  learningRate: 'Learning rate of the step',
};

/** The state to begin with. */
export function initLanguageTraining(
  parameters: LanguageModelState<HostArray>['parameters'],
): LanguageTrainingState<HostArray> {
  return { parameters, optimizer: initAdam(parameters) };
}

/** What {@link languageStep} is told. */
export interface LanguageStepOptions {
  /** Weights of the model that do not train. */
  readonly frozen: Tree<tf.Tensor>;
  /** Settings of the training. */
  readonly config: LanguageTrainingConfig;
  /** Steps that are planned in all. */
  readonly steps: number;
  /** Share of the squared gradients that is kept from step to step. */
  readonly beta2: number;
}

/**
 * Takes a step of AdamW down the gradient of a loss, with a warm-up and half a cosine. What the loss returns as `aux` joins the metrics.
 *
 * @param lossOf given the whole model, of which what is in the state has a gradient
 */
export function languageStep<Aux extends Readonly<Record<string, tf.Tensor>>>(
  state: LanguageTrainingState<tf.Tensor>,
  { frozen, ...options }: LanguageStepOptions,
  lossOf: (model: Gpt2<tf.Tensor>) => Loss<Aux>,
) {
  return languageDescent(state, options, (parameters) => lossOf(wholeModel(parameters, frozen)));
}

/** Takes the step of {@link languageStep} with whatever learns beside the model. @param lossOf given all that learns */
export function languageDescent<
  Learned extends Tree<tf.Tensor>,
  Aux extends Readonly<Record<string, tf.Tensor>>,
>(
  state: { readonly parameters: Learned; readonly optimizer: AdamState<tf.Tensor> },
  { config, steps, beta2 }: Omit<LanguageStepOptions, 'frozen'>,
  lossOf: (learned: Learned) => Loss<Aux>,
) {
  const { weightDecay, maxGradientNorm } = config;
  const learningRate = schedule(config, steps);
  const { parameters, optimizer, loss, gradientNorm, aux } = gradientStep(
    adam({ learningRate, beta2, weightDecay, maxGradientNorm }),
    state.parameters,
    state.optimizer,
    lossOf,
  );
  return {
    state: { parameters, optimizer },
    metrics: {
      loss,
      ...aux,
      gradientNorm: gradientNorm!,
      learningRate: learningRate(optimizer.count as tf.Scalar),
    },
  };
}

/**
 * Takes the step of {@link languageStep} with several parts of a state that learn together.
 *
 * @param learned those parts
 * @returns the state with them and their optimiser
 */
export function languagePartsStep<
  Learned extends TreeRecord<tf.Tensor>,
  Aux extends Readonly<Record<string, tf.Tensor>>,
>(
  learned: Learned,
  optimizer: AdamState<tf.Tensor>,
  options: Omit<LanguageStepOptions, 'frozen'>,
  lossOf: (learned: Learned) => Loss<Aux>,
) {
  const { state, metrics } = languageDescent({ parameters: learned, optimizer }, options, lossOf);
  return { state: { ...state.parameters, optimizer: state.optimizer }, metrics };
}

/** rate · min(step / warm-up, 1) · (1 + cos(π · (step − 1) / steps)) / 2 */
function schedule({ learningRate, warmupSteps }: LanguageTrainingConfig, steps: number): Schedule {
  const warmup = warmupRate(1, warmupSteps);
  const decay = cosineRate(learningRate, steps);
  return (step) => tf.mul(warmup(step), decay(step)) as tf.Scalar;
}
