import { LamoError } from '@lamo/core';
import type * as tf from '@tensorflow/tfjs-core';
import { isReserved, ports } from '../compile/ports';
import { inputSpec } from '../compile/trace-program';
import { trace } from '../trace/trace';
import { type HostArray, mapTree, type Tree, treeEntries } from '../tree';
import { lowerGraph } from './lower-graph';
import { type OnnxModel, writeModel } from './model-writer';
import { BATCH, openBatch } from './open-batch';

/** A function from numbers that are fixed, and inputs, to outputs. */
type Exported = (
  state: Tree<tf.Tensor>,
  inputs: Readonly<Record<string, tf.Tensor>>,
) => Readonly<Record<string, tf.Tensor>>;

/** Options of {@link exportOnnx}. */
export interface ExportOptions {
  /** Names of the inputs that are bytes (`uint8`) in the file, and int32 tensors to the function. @default none, all are `float32` */
  readonly bytes?: readonly string[];
  /** Texts by name that are kept in the file beside the model, for {@link readOnnxMetadata}. @default none */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Exports a function as a standalone ONNX model: the state becomes constants; inputs and outputs keep their names.
 *
 * @param state numbers that are fixed in the file
 * @param inputs shape of every input by name; `batch` in place of a length leaves that dimension open
 * @param fn computes the outputs from state and inputs; if `batch` is open, each row independently
 * @returns the bytes of the `.onnx` file
 * @throws LamoError `fixed-batch` if `batch` is open and rows depend on each other; `port-name` if an input or output has a
 *   name that is reserved
 */
export function exportOnnx(
  state: Tree<HostArray>,
  inputs: Readonly<Record<string, readonly (number | 'batch')[]>>,
  fn: Exported,
  { bytes = [], metadata = {} }: ExportOptions = {},
): Uint8Array {
  const lower = (batch: number) => lowerFunction(state, withBatch(inputs, batch), fn, bytes);
  const isOpen = Object.values(inputs).some((shape) => shape.includes(BATCH));
  return writeModel({ ...(isOpen ? openBatch(lower) : lower(1)), metadata });
}

function withBatch(shapes: Readonly<Record<string, readonly (number | 'batch')[]>>, batch: number) {
  const fill = (shape: readonly (number | 'batch')[]) =>
    shape.map((length) => (length === BATCH ? batch : length));
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, fill(shape)]));
}

function lowerFunction(
  state: Tree<HostArray>,
  inputs: Readonly<Record<string, readonly number[]>>,
  fn: Exported,
  bytes: readonly string[],
): OnnxModel {
  for (const name of Object.keys(inputs)) checkName('input', name, []);
  const graph = trace((tracer) => {
    const leaves = mapTree(state, ({ shape }, path) =>
      tracer.input(ports.state(path), { shape, dtype: 'float32' }),
    );
    const entries = Object.entries(inputs).map(([name, shape]) => [
      name,
      tracer.input(name, inputSpec(shape, bytes.includes(name))),
    ]);
    const outputs = fn(leaves, Object.fromEntries(entries));
    for (const name of Object.keys(outputs)) checkName('output', name, Object.keys(inputs));
    return outputs;
  });
  const model = lowerGraph(graph);
  const constants = new Map(treeEntries(state).map(([path, leaf]) => [ports.state(path), leaf]));
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
  return {
    ...model,
    inputs: model.inputs.filter(({ name }) => !constants.has(name)),
    initializers: [...model.initializers, ...initializers],
  };
}

/** All values of an ONNX file share one name space. */
function checkName(kind: string, name: string, taken: readonly string[]): void {
  if (!isReserved(name) && !taken.includes(name)) return;
  throw new LamoError({
    where: 'runtime/onnx',
    code: 'port-name',
    problem: `An ${kind} of an exported function cannot be called '${name}'`,
    expected: 'a name that no input has, and that neither starts with state/ nor is a t followed by a number',
    received: `'${name}'`,
    hint: 'Give it another name, such as observations or actions.',
  });
}
