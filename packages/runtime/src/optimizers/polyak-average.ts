import * as tf from '@tensorflow/tfjs-core';
import type { Tree } from '../tree';
import { fromVector, toVector } from './vector';

/**
 * Moves target parameters a little towards the online ones: (1 − rate) · target + rate · online.
 *
 * @param rate share of the online parameters, 0 to 1 (0.005 is usual); a tensor if it differs from step to step
 */
export function polyakAverage<P extends Tree<tf.Tensor>>(target: P, online: P, rate: number | tf.Scalar): P {
  const old = toVector(target);
  return fromVector(tf.add(old, tf.mul(tf.sub(toVector(online), old), rate)) as tf.Tensor1D, target);
}
