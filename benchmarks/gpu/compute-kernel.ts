import type { Device } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { kernelCases } from '../../packages/runtime/test/kernels';
import type { KernelCase } from '../../packages/runtime/test/kernels/kernel-case';
import { withGradients } from '../../packages/runtime/test/kernels/with-gradients';
import { joinNumbers } from './expected';

/** Samples of a kernel: they are computed by one program, as compiling takes most of the time. */
const SAMPLES = 4;
/** Draws the same samples wherever they are drawn. */
const SEED = 1;

/** The cases of the kernels' tests, each under a name of its own. */
export const namedKernels: readonly (readonly [name: string, kernel: KernelCase])[] = kernelCases.map(
  (kernel, i) => [`kernel ${i} ${kernel.kernel}, ${kernel.call}`, kernel],
);

/** Computes samples of a kernel, and their gradients, one after the other. */
export async function computeKernel(device: Device, kernel: KernelCase): Promise<Float32Array> {
  const samples = fc
    .sample(kernel.samples, { numRuns: SAMPLES, seed: SEED })
    .map((sample) => withGradients(kernel, sample));
  const operands = samples.flatMap(({ operands }, s) =>
    operands.map((operand, i) => ({ name: `${s}.${i}`, operand })),
  );
  const executable = await device.compile({
    state: {},
    inputs: Object.fromEntries(operands.map(({ name, operand }) => [name, operand.shape])),
    variants: {
      run: (_, inputs) => {
        const results = samples.flatMap(({ fn, operands }, s) =>
          [fn(...operands.map(({ dtype }, i) => tf.cast(inputs[`${s}.${i}`]!, dtype)))]
            .flat()
            .map((result, i) => [`${s}.${i}`, tf.cast(result, 'float32')] as const),
        );
        return { outputs: Object.fromEntries(results) };
      },
    },
  });
  for (const { name, operand } of operands) executable.inputs[name]!.set(operand.values);
  await executable.run('run');
  const { run } = executable.outputs;
  const numbers = joinNumbers(
    Object.keys(run)
      .sort()
      .map((name) => run[name]!),
  );
  await executable.dispose();
  return numbers;
}
