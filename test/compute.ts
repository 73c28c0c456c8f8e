import { type DeviceName, type HostArray, openDevice, type Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';

/** Computes a function of a tree of numbers once. */
export type Compute = (
  state: Tree<HostArray>,
  inputs: Readonly<Record<string, HostArray>>,
  fn: (
    state: Tree<tf.Tensor>,
    inputs: Readonly<Record<string, tf.Tensor>>,
  ) => Readonly<Record<string, tf.Tensor>>,
) => Promise<Readonly<Record<string, Float32Array>>>;

/** Computes on a device. */
export function computeOn(name: DeviceName): Compute {
  return async (state, inputs, fn) => {
    const device = await openDevice(name, { threads: 1 });
    const executable = await device.compile({
      state,
      inputs: Object.fromEntries(Object.entries(inputs).map(([input, { shape }]) => [input, shape])),
      variants: { step: (state, inputs) => ({ outputs: fn(state, inputs) }) },
    });
    for (const [input, { data }] of Object.entries(inputs)) executable.inputs[input]!.set(data);
    await executable.run('step');
    await executable.dispose();
    return executable.outputs.step;
  };
}

/** Computes, compiled, where nothing else is asked for. */
export const compute: Compute = computeOn('cpu');
