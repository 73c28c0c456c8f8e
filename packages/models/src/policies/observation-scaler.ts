import { type HostArray, hostArray } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';

/** Mean and standard deviation of each observation component, [O] each: part of the model, never trained. */
export interface ObservationScaler<Leaf> {
  /** [O] subtracted from observations. */
  readonly mean: Leaf;
  /** [O] what the difference is divided by. */
  readonly standardDeviation: Leaf;
  readonly [key: string]: Leaf;
}

/** Creates a scaler that leaves observations unchanged. */
export function identityScaler(observationSize: number): ObservationScaler<HostArray> {
  return {
    mean: hostArray([observationSize], new Float32Array(observationSize)),
    standardDeviation: hostArray([observationSize], new Float32Array(observationSize).fill(1)),
  };
}

/**
 * Standardises observations: (x − mean) / standard deviation. This is part of the model, so an exported policy
 * takes raw observations.
 *
 * @param observations [..., O]
 */
export function scaleObservations(scaler: ObservationScaler<tf.Tensor>, observations: tf.Tensor): tf.Tensor {
  return tf.div(tf.sub(observations, scaler.mean), scaler.standardDeviation);
}
