import { type HostArray, openDevice, type Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';

/** Computes a function of a tree of numbers once, compiled. */
export async function compute(
  state: Tree<HostArray>,
  inputs: Readonly<Record<string, HostArray>>,
  fn: (
    state: Tree<tf.Tensor>,
    inputs: Readonly<Record<string, tf.Tensor>>,
  ) => Readonly<Record<string, tf.Tensor>>,
): Promise<Readonly<Record<string, Float32Array>>> {
  const device = await openDevice('cpu', { threads: 1 });
  const executable = await device.compile({
    state,
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, shape])),
    variants: { step: (state, inputs) => ({ outputs: fn(state, inputs) }) },
  });
  for (const [name, { data }] of Object.entries(inputs)) executable.inputs[name]!.set(data);
  await executable.run('step');
  await executable.dispose();
  return executable.outputs.step;
}
