import * as tf from '@tensorflow/tfjs-core';

/**
 * Computes the mean negative log-likelihood of the labels, in nats, with the gradient (softmax − one-hot) · weight.
 *
 * @param logits [N, V]
 * @param labels class of each row, from 0 to V − 1, as floats or integers [N]
 * @param weights how much each row counts [N]; 0 leaves it out. Not all may be 0, and they have no gradient
 * @returns Σ weight · loss / Σ weight
 */
export function softmaxCrossEntropy(logits: tf.Tensor, labels: tf.Tensor, weights?: tf.Tensor): tf.Scalar {
  const rows = logits.shape[0]!;
  return tf.customGrad((x, save) => {
    const share = weights === undefined ? tf.fill([rows], 1 / rows) : tf.div(weights, tf.sum(weights));
    const ids = tf.cast(labels, 'int32');
    const places = tf.stack([tf.range(0, rows, 1, 'int32'), ids], 1); // [N, 2]
    const logProbabilities = tf.logSoftmax(x as tf.Tensor); // [N, V]
    const chosen = tf.gatherND(logProbabilities, places); // [N]
    (save as tf.GradSaveFunc)([logProbabilities, chosen, places, share]);
    return {
      value: tf.neg(tf.sum(tf.mul(chosen, share))),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [logProbabilities, chosen, places, share] = saved as [
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
        ];
        const factor = tf.mul(share, dy); // [N]
        const probabilities = tf.mul(tf.exp(logProbabilities), tf.expandDims(factor, 1));
        // Only the labels' entries are replaced: a one-hot matrix would be as large as the logits.
        return tf.tensorScatterUpdate(probabilities, places, tf.mul(tf.expm1(chosen), factor));
      },
    };
  })(logits) as tf.Scalar;
}
