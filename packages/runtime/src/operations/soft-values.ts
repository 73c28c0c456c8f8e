import * as tf from '@tensorflow/tfjs-core';

/** What {@link softValues} reads from logits, [N] each. */
export interface SoftValues {
  /** V, the soft maximum over all classes: log Σ exp(logit). */
  readonly values: tf.Tensor;
  /** Q of the label: its logit. */
  readonly chosen: tf.Tensor;
  /** log π of the label, Q − V. */
  readonly logLikelihoods: tf.Tensor;
}

/**
 * Reads logits as the values Q of actions, of which a policy π = exp(Q − V) chooses one. Gradients take one pass over the logits, as those of
 * `softmaxCrossEntropy` do, and are as exact where a label is almost certain.
 *
 * @param logits [N, V]
 * @param labels class of each row, from 0 to V − 1, as floats or integers [N]
 */
export function softValues(logits: tf.Tensor, labels: tf.Tensor): SoftValues {
  const rows = logits.shape[0]!;
  const both = tf.customGrad((x, save) => {
    const places = tf.stack([tf.range(0, rows, 1, 'int32'), tf.cast(labels, 'int32')], 1); // [N, 2]
    const logProbabilities = tf.logSoftmax(x as tf.Tensor); // [N, V]
    const logLikelihoods = tf.gatherND(logProbabilities, places); // [N]
    (save as tf.GradSaveFunc)([logProbabilities, logLikelihoods, places]);
    return {
      value: tf.stack([logLikelihoods, tf.gatherND(x as tf.Tensor, places)]), // [2, N]
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [logProbabilities, logLikelihoods, places] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
        const [dLikelihood, dChosen] = tf.unstack(dy) as [tf.Tensor, tf.Tensor];
        const others = tf.mul(tf.exp(logProbabilities), tf.expandDims(tf.neg(dLikelihood), 1));
        const label = tf.sub(dChosen, tf.mul(tf.expm1(logLikelihoods), dLikelihood));
        return tf.tensorScatterUpdate(others, places, label);
      },
    };
  })(logits);
  const [logLikelihoods, chosen] = tf.unstack(both) as [tf.Tensor, tf.Tensor];
  return { values: tf.sub(chosen, logLikelihoods), chosen, logLikelihoods };
}
