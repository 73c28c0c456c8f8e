import { softmaxCrossEntropy } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { type Gpt2, type Gpt2Pass, gpt2, nextTokenLogits, tokenEmbeddings } from './gpt2';
import type { Gpt2Config } from './gpt2-config';

/** Settings of {@link languageLoss}. */
export interface LanguagePass extends Omit<Gpt2Pass, 'mask' | 'select'> {
  /** Whether tokens get their positions, as GPT-2 was trained. @default true */
  readonly positions?: boolean;
}

/**
 * Computes the mean negative log-likelihood of each token given those before it, in nats per token.
 *
 * @param ids [B, T] tokens, as floats
 */
export function languageLoss(
  parameters: Gpt2<tf.Tensor>,
  ids: tf.Tensor,
  config: Gpt2Config,
  { positions = true, ...pass }: LanguagePass = {},
): tf.Scalar {
  const tokens = ids.shape[1]!;
  const context = tf.slice(ids, [0, 0], [-1, tokens - 1]); // what is known of each next token
  const next = tf.slice(ids, [0, 1], [-1, tokens - 1]);
  const rows = positions ? tf.range(0, tokens - 1, 1, 'int32') : undefined;
  const hidden = gpt2(parameters, tokenEmbeddings(parameters, context, rows), config, pass);
  return softmaxCrossEntropy(nextTokenLogits(parameters, hidden), tf.reshape(next, [-1]));
}
