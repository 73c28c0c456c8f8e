import { type Dataset, Rng } from '@lamo/core';
import { type Mlp, type ObservationScaler, scaleObservations } from '@lamo/models';
import {
  type Checkpoint,
  type Device,
  type HostArray,
  mapTree,
  type Noise,
  type Program,
  stopGradient,
  type Tree,
  toVector,
  valueAndGradients,
} from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { multiTaskBc } from '../algorithms/multi-task-bc';
import { savedData, trainingHeader } from '../engine/checkpoint-header';
import { parseSavedConfig } from '../engine/parse-config';
import { policyOutputs } from '../ingredients/action-head';
import { drawClasses } from '../ingredients/exploring';
import { crossEntropy } from '../ingredients/losses';
import type { DatasetSpec } from '../kinds/dataset';
import { isDiscrete } from '../kinds/policy';
import { type ActingState, actingState } from './network-view';

/** Settings of {@link fisherInformation}. */
export interface FisherOptions {
  /** Where it is computed. */
  readonly device: Device;
  /** Rows of the data that are looked at, evenly spaced. @default 200 */
  readonly rows?: number;
  /** Seeds what is drawn. @default 0 */
  readonly seed?: number;
}

/**
 * Measures how much each parameter of a network mattered for what it was trained on: the diagonal of the Fisher information, the mean of
 * (∂ log π(a | s, c) / ∂θ)² over states of the data and actions that the network itself would take, around its own with a deviation of 1
 * (Kirkpatrick et al. 2017, Section 2).
 *
 * @param checkpoint of a training of multi-task BC
 * @param dataset what it was trained on
 * @returns of the actor’s shapes
 * @throws LamoError `checkpoint-mismatch`
 */
export async function fisherInformation(
  checkpoint: Checkpoint,
  dataset: Dataset,
  { device, rows = 200, seed = 0 }: FisherOptions,
): Promise<Tree<HostArray>> {
  const { spec } = savedData(checkpoint, multiTaskBc);
  const config = parseSavedConfig(multiTaskBc, trainingHeader(checkpoint).config);
  const { data } = multiTaskBc.data.prepare(dataset, config);
  const state = actingState(checkpoint.state);
  const executable = await device.compile(squaringProgram(spec, state));
  const rng = Rng.fromSeed(seed).split('fisher information');
  const sums = new Float64Array(executable.outputs.square.squares!.length);
  const count = Math.min(rows, data.size);
  for (let i = 0; i < count; i++) {
    const row = Math.floor(((i + 0.5) * data.size) / count);
    const { observationSize } = spec;
    executable.inputs.observations!.set(
      data.observations.subarray(row * observationSize, (row + 1) * observationSize),
    );
    await executable.run('square', rng);
    for (const [k, square] of executable.outputs.square.squares!.entries()) sums[k]! += square / count;
  }
  await executable.dispose();
  let used = 0;
  return mapTree(state.actor, ({ shape, data }: HostArray): HostArray => {
    const part = Float32Array.from(sums.subarray(used, used + data.length));
    used += data.length;
    return { shape, data: part };
  });
}

function squaringProgram(spec: DatasetSpec, state: ActingState<HostArray>): Program<'square'> {
  return {
    state,
    inputs: { observations: [1, spec.observationSize] },
    variants: {
      square(state, { observations }, noise) {
        const { actor, scaler } = state as { actor: Mlp<tf.Tensor>; scaler: ObservationScaler<tf.Tensor> };
        const scaled = scaleObservations(scaler, observations!);
        const { gradients } = valueAndGradients(actor, (actor) => ({
          loss: surprise(policyOutputs(actor, scaled, spec), noise, spec),
        }));
        return { outputs: { squares: tf.square(toVector(gradients)) } };
      },
    },
  };
}

/** −log π of an action that is drawn from π itself. @param outputs [1, A] */
function surprise(outputs: tf.Tensor2D, noise: Noise, spec: DatasetSpec): tf.Scalar {
  const own = stopGradient(outputs);
  if (isDiscrete(spec)) {
    const scores = drawClasses(own, noise);
    const chosen = tf.cast(tf.equal(scores, tf.max(scores, 1, true)), 'float32');
    return tf.sum(crossEntropy(outputs, chosen)) as tf.Scalar;
  }
  const drawn = tf.add(own, noise.normal(outputs.shape));
  return tf.mul(0.5, tf.sum(tf.square(tf.sub(drawn, outputs)))) as tf.Scalar;
}
