import type * as tf from '@tensorflow/tfjs-core';
import { trace } from '../trace/trace';
import { type HostArray, mapTree, type Tree, treeEntries } from '../tree';
import { lowerGraph } from './lower-graph';
import { writeModel } from './model-writer';

/**
 * Writes a function as a standalone ONNX model: the state becomes constants, inputs and outputs keep their names.
 *
 * @param state numbers that are fixed in the file
 * @param inputs shape of every input by name
 * @param fn computes the outputs from state and inputs
 * @returns the bytes of the `.onnx` file
 */
export function exportOnnx(
  state: Tree<HostArray>,
  inputs: Readonly<Record<string, readonly number[]>>,
  fn: (
    state: Tree<tf.Tensor>,
    inputs: Readonly<Record<string, tf.Tensor>>,
  ) => Readonly<Record<string, tf.Tensor>>,
): Uint8Array {
  const graph = trace((tracer) => {
    const leaves = mapTree(state, ({ shape }, path) =>
      tracer.input(`state/${path}`, { shape, dtype: 'float32' }),
    );
    const entries = Object.entries(inputs).map(([name, shape]) => [
      name,
      tracer.input(name, { shape, dtype: 'float32' }),
    ]);
    return fn(leaves, Object.fromEntries(entries));
  });
  const model = lowerGraph(graph);
  const constants = new Map(treeEntries(state).map(([path, leaf]) => [`state/${path}`, leaf]));
  const initializers = model.inputs.flatMap(({ name }) => {
    const leaf = constants.get(name);
    if (leaf === undefined) return [];
    const { buffer, byteOffset, byteLength } = leaf.data;
    return [
      {
        name,
        type: 'float32' as const,
        shape: leaf.shape,
        bytes: new Uint8Array(buffer, byteOffset, byteLength),
      },
    ];
  });
  return writeModel({
    ...model,
    inputs: model.inputs.filter(({ name }) => !constants.has(name)),
    initializers: [...model.initializers, ...initializers],
  });
}
