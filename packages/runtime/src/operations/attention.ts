import * as tf from '@tensorflow/tfjs-core';

/** Options of {@link attention} that change its probabilities; neither has a gradient. */
export interface AttentionOptions {
  /** Added to the scores: 0 where a query may attend, a large negative number where not. Broadcasts to [B, H, T, S]. */
  readonly mask?: tf.Tensor;
  /** Multiplied onto the probabilities: 0 or 1 / (1 − rate), as `noise.dropout` draws it. [B, H, T, S] */
  readonly dropout?: tf.Tensor;
}

/**
 * Computes softmax(queries · keysᵀ / √dh + mask) · values with a gradient of few operations (Vaswani et al. 2017,
 * equation 1).
 *
 * @param queries [B, H, T, dh]
 * @param keys [B, H, S, dh], of as many tokens as there are to attend to
 * @param values [B, H, S, dh]
 * @returns [B, H, T, dh]
 */
export function attention(
  queries: tf.Tensor,
  keys: tf.Tensor,
  values: tf.Tensor,
  { mask, dropout }: AttentionOptions = {},
): tf.Tensor {
  const scale = 1 / Math.sqrt(queries.shape.at(-1)!);
  return tf.customGrad((q, k, v, save) => {
    const [queries, keys, values] = [q, k, v] as [tf.Tensor, tf.Tensor, tf.Tensor];
    const scores = tf.mul(tf.matMul(queries, keys, false, true), scale); // [B, H, T, S]
    const probabilities = tf.softmax(mask === undefined ? scores : tf.add(scores, mask));
    (save as tf.GradSaveFunc)([queries, keys, values, probabilities, ...(dropout ? [dropout] : [])]);
    return {
      value: tf.matMul(dropped(probabilities, dropout), values),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [queries, keys, values, probabilities, dropout] = saved as [
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
          tf.Tensor?,
        ];
        const slope = tf.mul(probabilities, dropped(tf.matMul(dy, values, false, true), dropout));
        const dScores = tf.mul(tf.sub(slope, tf.mul(probabilities, tf.sum(slope, -1, true))), scale);
        return [
          tf.matMul(dScores, keys),
          tf.matMul(dScores, queries, true),
          tf.matMul(dropped(probabilities, dropout), dy, true),
        ];
      },
    };
  })(queries, keys, values);
}

const dropped = (x: tf.Tensor, dropout?: tf.Tensor) => (dropout === undefined ? x : tf.mul(x, dropout));
