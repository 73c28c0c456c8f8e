import * as tf from '@tensorflow/tfjs-core';
import { importOnnxRuntime } from '../src/devices/import-onnxruntime';
import { lowerGraph } from '../src/onnx/lower-graph';
import { writeModel } from '../src/onnx/model-writer';
import type { Graph } from '../src/trace/graph';
import { trace } from '../src/trace/trace';
import type { Operand, Result, TensorFunction } from './run-compiled';

/** Numbers of a graph's inputs, by port. */
export type Feeds = Readonly<Record<string, Float32Array | Int32Array>>;

/** Runs a graph once with each of some feeds: the numbers of its outputs, by port. */
export type RunGraph = (graph: Graph, ...feeds: Feeds[]) => Promise<Record<string, Float32Array>[]>;

/** A traced function: its graph, and what each output is. */
interface TracedFunction {
  /** Its inputs are called `0`, `1` …, its outputs `y0`, `y1` …; all are float32. */
  readonly graph: Graph;
  readonly results: readonly Omit<Result, 'values'>[];
}

/** Traces a function of operands of any type. */
export function traceFunction(fn: TensorFunction, operands: readonly Operand[]): TracedFunction {
  const results: Omit<Result, 'values'>[] = [];
  const graph = trace((tracer) => {
    const inputs = operands.map(({ shape, dtype }, i) =>
      tf.cast(tracer.input(String(i), { shape, dtype: 'float32' }), dtype),
    );
    const tensors = [fn(...inputs)].flat();
    results.push(...tensors.map(({ shape, dtype }) => ({ shape, dtype })));
    return Object.fromEntries(tensors.map((tensor, i) => [`y${i}`, tf.cast(tensor, 'float32')]));
  });
  return { graph, results };
}

/** Runs a graph with onnxruntime. */
export const runOnOnnxRuntime: RunGraph = async (graph, ...feeds) => {
  const ort = await importOnnxRuntime();
  // Inputs and outputs of a session share one name space.
  const outputs = new Map([...graph.outputs].map(([port, value]) => [`next/${port}`, value]));
  const session = await ort.InferenceSession.create(writeModel(lowerGraph({ ...graph, outputs })), {
    logSeverityLevel: 4,
  });
  const tensorOf = (port: string, numbers: Float32Array | Int32Array) => {
    const shape = [...graph.inputs.get(port)!.shape];
    return numbers instanceof Int32Array
      ? new ort.Tensor('int32', numbers, shape)
      : new ort.Tensor('float32', numbers, shape);
  };
  const results: Record<string, Float32Array>[] = [];
  for (const each of feeds) {
    const tensors = session.inputNames.map((port) => [port, tensorOf(port, each[port]!)]);
    const made = await session.run(Object.fromEntries(tensors));
    const numbers = [...graph.outputs.keys()].map((port) => [port, made[`next/${port}`]!.data]);
    results.push(Object.fromEntries(numbers) as Record<string, Float32Array>);
  }
  await session.release();
  return results;
};
