import { softmaxCrossEntropy } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { type Gpt2, type Gpt2Pass, gpt2, nextTokenLogits, tokenEmbeddings } from './gpt2';
import type { Gpt2Config } from './gpt2-config';

/** Settings of {@link languageLoss}. */
export interface LanguagePass extends Omit<Gpt2Pass, 'mask' | 'select' | 'memory'> {
  /** Whether tokens get their positions, as GPT-2 was trained. @default true */
  readonly positions?: boolean;
  /**
   * [B, T] how much the prediction of each token counts; 0 leaves it out, as a prompt or what a row is filled up with. The first of a row
   * is never predicted. Not all may be 0. @default all count alike
   */
  readonly weights?: tf.Tensor | undefined;
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
  { positions = true, weights, ...pass }: LanguagePass = {},
): ReadPredictions {
  const tokens = ids.shape[1]!;
  const context = tf.slice(ids, [0, 0], [-1, tokens - 1]); // what is known of each next token
  const following = (x: tf.Tensor) => tf.reshape(tf.slice(x, [0, 1], [-1, tokens - 1]), [-1]) as tf.Tensor1D;
  const rows = positions ? tf.range(0, tokens - 1, 1, 'int32') : undefined;
  const hidden = gpt2(parameters, tokenEmbeddings(parameters, context, rows), config, pass);
  return {
    hidden: tf.reshape(hidden, [-1, config.nEmbd]) as tf.Tensor2D,
    logits: nextTokenLogits(parameters, hidden),
    next: following(ids),
    weights: weights && following(weights),
  };
}
