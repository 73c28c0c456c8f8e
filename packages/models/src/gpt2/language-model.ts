import { softmaxCrossEntropy } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { type Gpt2, type Gpt2Pass, gpt2, nextTokenLogits, tokenEmbeddings } from './gpt2';
import type { Gpt2Config } from './gpt2-config';

/** Settings of {@link languageLoss}. */
export interface LanguagePass extends Omit<Gpt2Pass, 'mask' | 'select'> {
  /** Whether tokens get their positions, as GPT-2 was trained. @default true */
  readonly positions?: boolean;
  /**
   * [B, T] how much the prediction of each token counts; 0 leaves it out, as a prompt or what a row is filled up with. The first of a row
   * is never predicted. Not all may be 0. @default all count alike
   */
  readonly weights?: tf.Tensor | undefined;
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
  { positions = true, weights, ...pass }: LanguagePass = {},
): tf.Scalar {
  const tokens = ids.shape[1]!;
  const context = tf.slice(ids, [0, 0], [-1, tokens - 1]); // what is known of each next token
  const next = tf.slice(ids, [0, 1], [-1, tokens - 1]);
  const rows = positions ? tf.range(0, tokens - 1, 1, 'int32') : undefined;
  const hidden = gpt2(parameters, tokenEmbeddings(parameters, context, rows), config, pass);
  const counted = weights && tf.reshape(tf.slice(weights, [0, 1], [-1, tokens - 1]), [-1]);
  return softmaxCrossEntropy(nextTokenLogits(parameters, hidden), tf.reshape(next, [-1]), counted);
}
