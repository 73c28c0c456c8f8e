import { softmaxCrossEntropy } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { type Gpt2, type Gpt2Pass, gpt2, nextTokenLogits, tokenEmbeddings } from './gpt2';
import type { Gpt2Config } from './gpt2-config';

/** Settings of {@link languageLoss}. */
export interface LanguagePass extends Omit<Gpt2Pass, 'mask' | 'segments' | 'select' | 'memory'> {
  /** Whether tokens get their positions, as GPT-2 was trained. @default true */
  readonly positions?: boolean;
  /** Rows of several texts, of which none sees another; the first token of each should have no weight. @default one text in a row */
  readonly packed?: PackedRows | undefined;
  /**
   * [B, T] how much the prediction of each token counts; 0 leaves it out, as a prompt or what a row is filled up with. The first of a row
   * is never predicted. Not all may be 0. @default all count alike
   */
  readonly weights?: tf.Tensor | undefined;
}

/** Which text of its row each token belongs to, and where in it. */
export interface PackedRows {
  /** [B, T] the number of the text */
  readonly segments: tf.Tensor;
  /** [B, T] the place in the text, from 0 */
  readonly positions: tf.Tensor;
}

/** What is predicted of tokens; N = B · (T − 1), row after row. */
export interface TokenPredictions {
  /** [N, V] for each token but the last of its row: scores of what follows it. */
  readonly logits: tf.Tensor2D;
  /** [N] what follows it */
  readonly next: tf.Tensor1D;
  /** [N] how much that counts; left out if all count alike. */
  readonly weights: tf.Tensor1D | undefined;
}

/** What {@link predictTokens} returns, and what it is read from. */
export interface ReadPredictions extends TokenPredictions {
  /** [N, D] hidden states that the logits are of */
  readonly hidden: tf.Tensor2D;
}

/**
 * Computes the mean negative log-likelihood of each token given those before it, in nats per token. Tokens do not see later ones, so what
 * rows are filled up with at their end changes nothing if its weight is 0.
 *
 * @param ids [B, T] tokens, as floats
 */
export function languageLoss(
  parameters: Gpt2<tf.Tensor>,
  ids: tf.Tensor,
  config: Gpt2Config,
  pass: LanguagePass = {},
): tf.Scalar {
  const { logits, next, weights } = predictTokens(parameters, ids, config, pass);
  return softmaxCrossEntropy(logits, next, weights);
}

/**
 * Scores what may follow each token of a row, given it and those before it.
 *
 * @param ids [B, T] tokens, as floats
 */
export function predictTokens(
  parameters: Gpt2<tf.Tensor>,
  ids: tf.Tensor,
  config: Gpt2Config,
  { positions = true, weights, packed, ...pass }: LanguagePass = {},
): ReadPredictions {
  const tokens = ids.shape[1]!;
  const known = (x: tf.Tensor) => tf.slice(x, [0, 0], [-1, tokens - 1]); // of each next token
  const context = known(ids);
  const following = (x: tf.Tensor) => tf.reshape(tf.slice(x, [0, 1], [-1, tokens - 1]), [-1]) as tf.Tensor1D;
  const places = packed === undefined ? tf.range(0, tokens - 1, 1, 'int32') : known(packed.positions);
  const embeddings = tokenEmbeddings(parameters, context, positions ? places : undefined);
  const segments = packed && known(packed.segments);
  const hidden = gpt2(parameters, embeddings, config, { ...pass, segments });
  return {
    hidden: tf.reshape(hidden, [-1, config.nEmbd]) as tf.Tensor2D,
    logits: nextTokenLogits(parameters, hidden),
    next: following(ids),
    weights: weights && following(weights),
  };
}
