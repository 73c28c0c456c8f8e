import * as tf from '@tensorflow/tfjs-core';

/** Takes what stands one place later in each row; 0 after the last place. @param x [B, T] @returns [B, T] */
export function laterInRow(x: tf.Tensor): tf.Tensor {
  return tf.pad(tf.slice(x, [0, 1]), [
    [0, 0],
    [0, 1],
  ]);
}
