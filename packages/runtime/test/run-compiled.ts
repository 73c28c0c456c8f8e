import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type { Device } from '../src/devices/device';
import { openOnnxRuntime } from '../src/devices/onnxruntime';
import { withOwnGradients } from '../src/trace/own-gradients';
import { sizeOf } from '../src/tree';

/** An operand of a function under test: what the tensor is, and its numbers. */
export interface Operand {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly values: Float32Array;
}

/** What a function under test returned. */
export interface Result {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: Float32Array;
}

/** A function of tensors that returns one tensor or several. */
export type TensorFunction = (...operands: tf.Tensor[]) => tf.Tensor | tf.Tensor[];

/** Runs a function once, in whatever way is tested. */
export type RunFunction = (fn: TensorFunction, operands: readonly Operand[]) => Promise<Result[]>;

let device: Promise<Device> | undefined;

/** Compiles a function and runs it once. Inputs and outputs of programs are float32, so types are converted. */
export async function runCompiled(fn: TensorFunction, operands: readonly Operand[]): Promise<Result[]> {
  device ??= openOnnxRuntime({ provider: 'cpu', threads: 1 });
  const made: Omit<Result, 'values'>[] = [];
  const executable = await (await device).compile({
    state: {},
    inputs: Object.fromEntries(operands.map(({ shape }, i) => [String(i), shape])),
    variants: {
      run: (_, inputs) => {
        const tensors = [fn(...operands.map(({ dtype }, i) => tf.cast(inputs[i]!, dtype)))].flat();
        made.push(...tensors.map(({ shape, dtype }) => ({ shape, dtype })));
        return {
          outputs: Object.fromEntries(tensors.map((tensor, i) => [String(i), tf.cast(tensor, 'float32')])),
        };
      },
    },
  });
  operands.forEach(({ values }, i) => {
    executable.inputs[i]!.set(values);
  });
  await executable.run('run');
  const results = made.map((result, i) => ({ ...result, values: executable.outputs.run[i]!.slice() }));
  await executable.dispose();
  return results;
}

/** Runs a function on tfjs's own backend in plain JavaScript. */
export function runEager(fn: TensorFunction, operands: readonly Operand[]): Result[] {
  void tf.setBackend('cpu');
  return withOwnGradients(() =>
    tf.tidy(() => {
      const tensors = operands.map(({ shape, dtype, values }) =>
        tf.cast(tf.tensor(values, [...shape], 'float32'), dtype),
      );
      return [fn(...tensors)].flat().map((tensor) => ({
        shape: tensor.shape,
        dtype: tensor.dtype,
        values: Float32Array.from(tensor.dataSync()),
      }));
    }),
  );
}

/** A float32 operand. */
export function floats(shape: readonly number[], values: readonly number[]): Operand {
  if (values.length !== sizeOf(shape)) throw new Error('the values do not fill the shape');
  return { shape, dtype: 'float32', values: Float32Array.from(values) };
}
