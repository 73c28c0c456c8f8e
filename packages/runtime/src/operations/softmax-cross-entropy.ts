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
  const [rows, classes] = logits.shape as [number, number];
  return tf.customGrad((x, save) => {
    const share = weights === undefined ? tf.fill([rows], 1 / rows) : tf.div(weights, tf.sum(weights));
    const ids = tf.cast(labels, 'int32');
    const logProbabilities = tf.logSoftmax(x as tf.Tensor);
    (save as tf.GradSaveFunc)([logProbabilities, share, ids]);
    const picked = tf.gather(logProbabilities, tf.expandDims(ids, 1), 1, 1); // [N, 1]
    return {
      value: tf.neg(tf.sum(tf.mul(tf.reshape(picked, [rows]), share))),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [logProbabilities, share, ids] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
        const factor = tf.expandDims(tf.mul(share, dy), 1); // [N, 1]
        const places = tf.stack([tf.range(0, rows, 1, 'int32'), ids], 1); // [N, 2]
        const target = tf.scatterND(places, tf.neg(tf.reshape(factor, [rows])), [rows, classes]);
        return tf.add(tf.mul(tf.exp(logProbabilities), factor), target);
      },
    };
  })(logits) as tf.Scalar;
}
