import * as tf from '@tensorflow/tfjs-core';
import { type AttentionOptions, attention } from './attention';

/** Options of {@link selfAttention}. */
export interface SelfAttentionOptions extends AttentionOptions {
  /**
   * Given the keys and values of the tokens, [B, H, T, dh] each; returns those to attend to, [B, H, S, dh]: of tokens that were read
   * before, too. Mask and dropout are then [B, H, T, S].
   */
  readonly remember?: (keys: tf.Tensor, values: tf.Tensor) => readonly [keys: tf.Tensor, values: tf.Tensor];
}

/**
 * Attends from every token of a sequence to its others with several heads: {@link attention} on queries, keys and
 * values that lie side by side, as GPT-2's `c_attn` makes them.
 *
 * @param qkv queries, keys and values [B, T, 3 · D]
 * @param heads H, which divides D
 * @param options masks and dropout of shape [B, H, T, T], or that broadcast to it
 * @returns [B, T, D]
 */
export function selfAttention(
  qkv: tf.Tensor,
  heads: number,
  { remember, ...options }: SelfAttentionOptions = {},
): tf.Tensor {
  const [batch, time, width] = [qkv.shape[0]!, qkv.shape[1]!, qkv.shape[2]! / 3];
  const byHead = (x: tf.Tensor) =>
    tf.transpose(tf.reshape(x, [batch, time, heads, width / heads]), [0, 2, 1, 3]); // [B, H, T, dh]
  const [queries, ownKeys, ownValues] = tf.split(qkv, 3, 2).map(byHead);
  const [keys, values] = remember?.(ownKeys!, ownValues!) ?? [ownKeys!, ownValues!];
  const attended = attention(queries!, keys, values, options);
  return tf.reshape(tf.transpose(attended, [0, 2, 1, 3]), [batch, time, width]);
}
