/**
 * Supervised fine-tuning of a GPT-2 on prompts with completions: predict the tokens of the completion and the end of text after it, given
 * the prompt (Ouyang et al. 2022, first step; Radford et al. 2018 for single tasks). Tokens of prompts are read and not predicted.
 *
 * Settings follow transformers' Trainer (github.com/huggingface/transformers): AdamW with β₂ = 0.999, no weight decay, a batch of 8.
 * Differences: a warm-up, and the learning rate falls by half a cosine, as in pre-training. Entropy, z-loss and smoothed labels can be added.
 */
import { z } from 'zod';
import { defineAlgorithm } from '../engine/define-algorithm';
import { likelihoodConfig, likelihoodLoss, likelihoodMetrics } from '../ingredients/language/likelihood-loss';
import { modelConfig } from '../ingredients/language/model-config';
import {
  COMPLETIONS_BETA2,
  type CompletionContext,
  completionConfig,
  onCompletions,
  packedBatches,
  packingConfig,
  predictCompletions,
} from '../ingredients/language/on-completions';
import {
  languageMetrics,
  languageStep,
  languageTrainingConfig,
} from '../ingredients/language/train-language-model';

const config = z.strictObject({
  ...completionConfig,
  ...packingConfig,
  ...languageTrainingConfig({ learningRate: 5e-5, warmupSteps: 50, weightDecay: 0 }),
  ...likelihoodConfig,
  ...modelConfig,
});

type Config = z.infer<typeof config>;
type Context = CompletionContext<Config>;

/** Supervised fine-tuning, ready to train. */
export const sft = defineAlgorithm({
  ...onCompletions,
  name: 'sft',
  title: 'Supervised fine-tuning',
  paper: 'Ouyang et al. 2022, Training language models to follow instructions with human feedback',
  config,
  batches: packedBatches,
  metrics: {
    loss: 'Mean negative log-likelihood of a token of the completions, in nats, with dropout, and what is added to it',
    ...likelihoodMetrics,
    ...languageMetrics,
  },
  /** Predicts every token of the completions in a batch: the mean is over all of them, however many an example has. */
  step(context: Context) {
    const { state, frozen, batch, config, steps } = context;
    return languageStep(state, { frozen, config, steps, beta2: COMPLETIONS_BETA2 }, (model) =>
      likelihoodLoss(predictCompletions(model, context, batch), config),
    );
  },
});
