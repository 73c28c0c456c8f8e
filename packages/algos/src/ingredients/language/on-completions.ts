import type { Rng } from '@lamo/core';
import { type Completions, completionSampler, packingSampler } from '@lamo/data';
import { type Gpt2, predictTokens, type ReadPredictions } from '@lamo/models';
import type * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { LoadObserver, StepContext } from '../../engine/algorithm';
import { type CompletionsSpec, completionsKind } from '../../kinds/completions';
import { type LoadedModel, languageModelResult } from '../../kinds/language-model';
import { initModel, loadModel, type ModelConfig, trainingPass } from './model-config';
import { initLanguageTraining, type LanguageTrainingState } from './train-language-model';

/** A batch of examples, filled up at their ends. */
export interface CompletionBatch {
  /** [B, T] ids */
  readonly tokens: tf.Tensor;
  /** [B, T] 1 for tokens of completions, 0 for those of prompts and after the end */
  readonly mask: tf.Tensor;
  /** [B, T] which example of its row a token belongs to; undefined where each has a row of its own */
  readonly segments?: tf.Tensor;
  /** [B, T] its place in the example */
  readonly positions?: tf.Tensor;
}

/** What a step on completions is given. */
export type CompletionContext<Config, Batch = CompletionBatch> = StepContext<
  Config,
  LanguageTrainingState<tf.Tensor>,
  Batch,
  LoadedModel,
  CompletionsSpec
>;

/** Scores the tokens of completions, with dropout. */
export function predictCompletions(
  model: Gpt2<tf.Tensor>,
  { noise, loaded }: Pick<CompletionContext<unknown>, 'noise' | 'loaded'>,
  { tokens, mask, segments, positions }: CompletionBatch,
): ReadPredictions {
  const packed = segments && positions && { segments, positions };
  return predictTokens(model, tokens, loaded.sizes, {
    ...trainingPass(noise, loaded),
    ...{ weights: mask, packed },
  });
}

/** How many examples a batch has. */
export const completionConfig = {
  batchSize: z.int().positive().default(8).describe('Prompts with their completions in a batch'),
};

/** Whether a row may hold several examples. */
export const packingConfig = {
  packing: z
    .boolean()
    .default(false)
    .describe('Put as many whole examples into each row of a batch as there is room for'),
};

/** Draws examples, several to a row where that is wanted: for losses in which no token counts that is read in another example. */
export const packedBatches = (
  completions: Completions,
  { batchSize, packing }: z.infer<z.ZodObject<typeof completionConfig & typeof packingConfig>>,
  rng: Rng,
) =>
  packing
    ? packingSampler(completions, { batchSize, rng })
    : completionSampler(completions, { batchSize, rng });

type Config = ModelConfig & z.infer<z.ZodObject<typeof completionConfig>>;

/** Share of the squared gradients that is kept from step to step, as in transformers' Trainer. */
export const COMPLETIONS_BETA2 = 0.999;

/** All of an algorithm that trains a GPT-2 on prompts with completions, but for its settings and its step. */
export const onCompletions = {
  data: completionsKind,
  load: (
    { length, context, ...spec }: CompletionsSpec,
    config: Config,
    _rng: Rng,
    observer?: LoadObserver,
  ): Promise<LoadedModel> =>
    loadModel({ name: 'An example', blockLength: length, positions: context, ...spec }, config, observer),
  batches: (completions: Completions, { batchSize }: Config, rng: Rng) =>
    completionSampler(completions, { batchSize, rng }),
  init: (_spec: CompletionsSpec, _config: Config, rng: Rng, loaded: LoadedModel) =>
    initLanguageTraining(initModel(loaded, rng)),
  result: languageModelResult<LoadedModel>(),
};
