/**
 * Pre-training of a GPT-2 on text: predict the next token (Radford et al. 2019), AdamW with a warm-up and half a cosine.
 *
 * Settings follow nanoGPT (github.com/karpathy/nanoGPT) where the papers give none. Differences: the learning rate
 * falls to 0, not to a tenth, and weight decay takes in biases and layer norms, as it does in LaMo's own training. Over a
 * whole run it shrinks those by a few per cent.
 */
import { tokenBlockSampler } from '@lamo/data';
import { languageLoss } from '@lamo/models';
import type * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { StepContext } from '../engine/algorithm';
import { defineAlgorithm } from '../engine/define-algorithm';
import { initModel, loadModel, modelConfig, trainingPass } from '../ingredients/language/model-config';
import {
  initLanguageTraining,
  type LanguageTrainingState,
  languageMetrics,
  languageStep,
  languageTrainingConfig,
} from '../ingredients/language/train-language-model';
import { type CorpusSpec, corpusKind } from '../kinds/corpus';
import { type LoadedModel, languageModelResult } from '../kinds/language-model';

const config = z.strictObject({
  batchSize: z.int().positive().default(8).describe('Blocks of text in a batch'),
  ...languageTrainingConfig({ learningRate: 1e-3, warmupSteps: 200, weightDecay: 0.1 }),
  ...modelConfig,
});

type Config = z.infer<typeof config>;
type State = LanguageTrainingState<tf.Tensor>;
type Context = StepContext<Config, State, { readonly tokens: tf.Tensor }, LoadedModel, CorpusSpec>;

/** GPT-3's and nanoGPT's: gradients of text vary more than squares averaged over 1000 steps can follow. */
const BETA2 = 0.95;

/** Pre-training, ready to train. */
export const pretrain = defineAlgorithm({
  name: 'pretrain',
  title: 'Pre-training',
  paper: 'Radford et al. 2019, Language Models are Unsupervised Multitask Learners',
  data: corpusKind,
  config,
  metrics: {
    loss: 'Mean negative log-likelihood of the next token, in nats, with dropout',
    ...languageMetrics,
  },
  load: (spec, config, _rng, observer) => loadModel(spec, config, observer),
  batches: (corpus, { batchSize }, rng) => tokenBlockSampler(corpus, { batchSize, rng }),
  init: (_spec, _config, rng, loaded) => initLanguageTraining(initModel(loaded, rng)),
  /** Predicts the next token of every token in a batch of blocks. */
  step({ state, frozen, batch, noise, config, loaded, steps }: Context) {
    return languageStep(state, { frozen, config, steps, beta2: BETA2 }, (model) => ({
      loss: languageLoss(model, batch.tokens, loaded.sizes, trainingPass(noise, loaded)),
    }));
  },
  result: languageModelResult<LoadedModel>(),
});
