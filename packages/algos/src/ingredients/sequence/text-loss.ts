import { type BatchSource, type Dataset, LamoError, type Rng } from '@lamo/core';
import {
  type DefaultSequenceField,
  openDrawnText,
  openText,
  type TokenCorpus,
  tokenBlockSampler,
  tokenCorpus,
} from '@lamo/data';
import {
  type Gpt2,
  type Gpt2Config,
  languageLoss,
  loadTokenizer,
  type SequenceBatch,
  type TrajectoryModel,
  type TrajectoryPass,
} from '@lamo/models';
import type * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { LoadObserver } from '../../engine/algorithm';
import { backboneSource, hubOptions } from './backbone';
import { joinBatches } from './join-batches';
import type { SequenceConfig } from './sequence-config';
import { sequenceBatches } from './sequence-data';

/** Settings of the auxiliary language loss. */
export const textConfig = {
  textWeight: z
    .number()
    .min(0)
    .default(0)
    .describe('Weight λ of the language loss; at 0 no text is read and no time spent'),
  text: z
    .string()
    .default('wikitext')
    .describe(
      'Text of the language loss: a folder, a file, a dataset on the hub (wikitext is WikiText-103), or markov-chain or independent-tokens for a backbone that was pre-trained on these',
    ),
  textBatchSize: z.int().positive().default(2).describe('Blocks of text in a step'),
  textLength: z
    .int()
    .min(2)
    .max(8192)
    .nullable()
    .default(null)
    .describe('Tokens in a block of text; none: 1024, or as many as the backbone has positions'),
  textPositions: z
    .boolean()
    .default(false)
    .describe('Give words their positions, as GPT-2 was trained; the reference code does not'),
};

/** What {@link textConfig} parses to. */
export type TextConfig = { [Key in keyof typeof textConfig]: z.infer<(typeof textConfig)[Key]> };

/**
 * Tokenises the text of the language loss, or finds it tokenised; undefined where its weight is 0.
 *
 * @throws LamoError `context-too-long`, `token-out-of-range`, `no-language`, and what tokenising throws
 */
export async function loadText(
  { textWeight, text, textLength, textPositions }: TextConfig,
  backbone: string,
  { vocabSize, nPositions }: Gpt2Config,
  observer?: LoadObserver,
): Promise<TokenCorpus | undefined> {
  if (textWeight === 0) return undefined;
  const blockLength = textLength ?? Math.min(1024, nPositions);
  if (textPositions && blockLength > nPositions) throw tooLong(blockLength, nPositions);
  const tokenizer = await loadTokenizer(backboneSource(backbone), hubOptions(observer));
  if (tokenizer.vocabularySize > vocabSize) throw tooManyTokens(tokenizer.vocabularySize, vocabSize);
  const { drawnText } = tokenizer;
  // Before a data set is fetched that it cannot read.
  if (drawnText !== undefined && openDrawnText(text) === undefined) throw noLanguage(text, drawnText);
  const source = await openText(text, { hub: hubOptions(observer) });
  return tokenCorpus(source, tokenizer, {
    blockLength,
    onProgress(done) {
      observer?.signal?.throwIfAborted();
      observer?.onText?.(done);
    },
  });
}

/** Windows of trajectories, and text to go with them. */
export interface WindowsAndText extends SequenceBatch {
  /** [blocks, L] ids; only where the language loss has a weight. */
  readonly tokens?: tf.Tensor;
}

/** Draws windows of trajectories, and blocks of text under the name `tokens` where there is a text. */
export function windowsAndText(
  dataset: Dataset,
  config: SequenceConfig & TextConfig,
  rng: Rng,
  corpus: TokenCorpus | undefined,
): BatchSource<DefaultSequenceField> {
  const windows = sequenceBatches(dataset, config, rng.split('windows'));
  if (corpus === undefined) return windows;
  const text = tokenBlockSampler(corpus, { batchSize: config.textBatchSize, rng: rng.split('text') });
  return joinBatches({ windows, text });
}

/** The language loss of a model of trajectories that is whole: it has its table of words. */
export function textLoss(
  { transformer }: TrajectoryModel<tf.Tensor>,
  tokens: tf.Tensor,
  { config, ...pass }: TrajectoryPass,
  { textPositions: positions }: TextConfig,
): tf.Scalar {
  return languageLoss(transformer as Gpt2<tf.Tensor>, tokens, config, { ...pass, positions });
}

function tooLong(blockLength: number, positions: number): LamoError {
  return new LamoError({
    where: 'algos/text',
    code: 'context-too-long',
    problem: 'A block of text has more tokens than the backbone has positions',
    expected: `textLength of at most ${positions}, or textPositions switched off`,
    received: String(blockLength),
  });
}

function noLanguage(text: string, drawnText: string): LamoError {
  return new LamoError({
    where: 'algos/text',
    code: 'no-language',
    problem: 'The backbone reads no language: it was pre-trained on states that were drawn at random',
    expected: `the text that it was pre-trained on, ${drawnText}`,
    received: text,
    hint: `Set text to '${drawnText}' (--text on the command line), or textWeight to 0.`,
  });
}

function tooManyTokens(tokens: number, vocabSize: number): LamoError {
  return new LamoError({
    where: 'algos/text',
    code: 'token-out-of-range',
    problem: 'The tokenizer has more tokens than the backbone',
    expected: `at most ${vocabSize}`,
    received: String(tokens),
    hint: 'Put the tokenizer that belongs to the backbone beside its weights.',
  });
}
