/**
 * Supervised fine-tuning of a GPT-2 on prompts with completions: predict the tokens of the completion and the end of text after it, given
 * the prompt (Ouyang et al. 2022, first step; Radford et al. 2018 for single tasks). Tokens of prompts are read and not predicted.
 *
 * Settings follow transformers' Trainer (github.com/huggingface/transformers): AdamW with β₂ = 0.999, no weight decay, a batch of 8.
 * Differences: a warm-up, and the learning rate falls by half a cosine, as in pre-training. Entropy, z-loss and smoothed labels can be added.
 */
import { completionSampler } from '@lamo/data';
import { predictTokens } from '@lamo/models';
import type * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { StepContext } from '../engine/algorithm';
import { defineAlgorithm } from '../engine/define-algorithm';
import { likelihoodConfig, likelihoodLoss, likelihoodMetrics } from '../ingredients/language/likelihood-loss';
import { initModel, loadModel, modelConfig } from '../ingredients/language/model-config';
import {
  initLanguageTraining,
  type LanguageTrainingState,
  languageMetrics,
  languageStep,
  languageTrainingConfig,
} from '../ingredients/language/train-language-model';
import { type CompletionsSpec, completionsKind } from '../kinds/completions';
import { type LoadedModel, languageModelResult } from '../kinds/language-model';

const config = z.strictObject({
  batchSize: z.int().positive().default(8).describe('Prompts with their completions in a batch'),
  ...languageTrainingConfig({ learningRate: 5e-5, warmupSteps: 50, weightDecay: 0 }),
  ...likelihoodConfig,
  ...modelConfig,
});

type Config = z.infer<typeof config>;
type State = LanguageTrainingState<tf.Tensor>;

/** A batch of examples, filled up at their ends. */
interface Batch {
  /** [B, T] ids */
  readonly tokens: tf.Tensor;
  /** [B, T] 1 for tokens of completions, 0 for those of prompts and after the end */
  readonly mask: tf.Tensor;
}

type Context = StepContext<Config, State, Batch, LoadedModel, CompletionsSpec>;

const BETA2 = 0.999;

/** Supervised fine-tuning, ready to train. */
export const sft = defineAlgorithm({
  name: 'sft',
  title: 'Supervised fine-tuning',
  paper: 'Ouyang et al. 2022, Training language models to follow instructions with human feedback',
  data: completionsKind,
  config,
  metrics: {
    loss: 'Mean negative log-likelihood of a token of the completions, in nats, with dropout, and what is added to it',
    ...likelihoodMetrics,
    ...languageMetrics,
  },
  load: ({ length, context, ...spec }, config, _rng, observer) =>
    loadModel({ name: 'An example', blockLength: length, positions: context, ...spec }, config, observer),
  batches: (completions, { batchSize }, rng) => completionSampler(completions, { batchSize, rng }),
  init: (_spec, _config, rng, loaded) => initLanguageTraining(initModel(loaded, rng)),
  /** Predicts every token of the completions in a batch: the mean is over all of them, however many an example has. */
  step({ state, batch, noise, config, loaded, steps }: Context) {
    const dropout = (shape: readonly number[], rate: number) => noise.dropout(shape, rate);
    return languageStep(state, { config, steps, beta2: BETA2 }, (parameters) => {
      const pass = { dropout, weights: batch.mask };
      return likelihoodLoss(predictTokens(parameters, batch.tokens, loaded.sizes, pass), config);
    });
  },
  result: languageModelResult<LoadedModel>(),
});
