import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { pluginPath } from '../../../../test/fixtures';
import type { Program } from '../compile/program';
import { traceProgram } from '../compile/trace-program';
import { openDevice } from '../devices/open-device';
import { adam, initAdam } from '../optimizers/adam';
import { hostArray, type Tree } from '../tree';
import { valueAndGradients } from '../value-and-gradients';
import type { Precision } from './emitter';
import { lowerGraph } from './lower-graph';

const SIZE = 32;
/** Numbers of one sign, so that sums of products lose no digits. */
const numbers = (size: number, seed: number) =>
  Float32Array.from({ length: size }, (_, i) => 0.5 + ((i * 7919 + seed) % 1009) / 1009);

const parameters = {
  scale: hostArray([SIZE], numbers(SIZE, 1)),
  weight: hostArray([SIZE, SIZE], numbers(SIZE * SIZE, 2)),
};

type Parameters = { readonly scale: tf.Tensor1D; readonly weight: tf.Tensor2D };

/** Layer norm, attention of rows to rows, and a step of Adam. */
const program: Program<'step'> = {
  state: { parameters, optimizer: initAdam(parameters) },
  inputs: { x: [4, SIZE] },
  variants: {
    step: (tree, { x }) => {
      const state = tree as unknown as { parameters: Parameters; optimizer: never };
      const { loss, gradients } = valueAndGradients(state.parameters, ({ scale, weight }: Parameters) => {
        const { mean, variance } = tf.moments(x!, -1, true);
        const normal = tf.mul(
          tf.div(tf.sub(x!, mean), tf.sqrt(tf.add(variance, 1e-5))),
          scale,
        ) as tf.Tensor2D;
        const attention = tf.softmax(tf.matMul(normal, normal, false, true));
        return { loss: tf.mean(tf.square(tf.matMul(attention, tf.matMul(normal, weight)))) };
      });
      const update = adam({ learningRate: 1e-3 }).update(
        gradients as never,
        state.optimizer,
        state.parameters as never,
      );
      return {
        state: { parameters: update.parameters, optimizer: update.state } as unknown as Tree<tf.Tensor>,
        outputs: { loss: loss as tf.Tensor },
      };
    },
  },
};

const textIn = (precision: Precision) =>
  lowerGraph(traceProgram(program).step.graph, { precision, donate: true }).text;

/** [4, 32] times [32, 32]. */
async function product(precision: Precision) {
  const device = await openDevice('xla', { precision });
  const executable = await device.compile({
    state: { weight: parameters.weight },
    inputs: { x: [4, SIZE] },
    variants: {
      run: (state, { x }) => ({
        outputs: { y: tf.matMul(x as tf.Tensor2D, (state as unknown as Parameters).weight) },
      }),
    },
  });
  executable.inputs.x!.set(numbers(4 * SIZE, 3));
  await executable.run('run');
  await executable.dispose();
  return executable.outputs.run.y!;
}

/** A float with the 8 digits of bf16, to the nearest, of equals to the even one. */
function toHalf(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer);
  bits[0] = (bits[0]! + 0x7fff + ((bits[0]! >>> 16) & 1)) & 0xffff0000;
  return new Float32Array(bits.buffer)[0]!;
}

describe('bf16', () => {
  it('is what matrices are multiplied in, and nothing else: weights, moments, norms and softmax stay float32', () => {
    const lines = textIn('bf16').split('\n');
    const halves = lines.filter((line) => line.includes('bf16'));
    const products = halves.filter((line) => line.includes('stablehlo.dot_general'));
    const names = halves
      .filter((line) => !products.includes(line))
      .map(
        (line) =>
          line.match(/^ *(\S+) = stablehlo\.convert \S+ : \(tensor<\S+xf32>\) -> tensor<\S+xbf16>$/)?.[1],
      );
    // Three on the way there, and two for the gradients of each.
    expect(products.length).toBe(9);
    for (const line of products) expect(line).toMatch(/-> tensor<[\dx]+xf32>$/);
    for (const name of names) {
      const uses = lines.filter((line) => new RegExp(`${name}[, ]`).test(line.split(' = ')[1] ?? ''));
      expect(uses.length).toBeGreaterThan(0);
      for (const line of uses) expect(products).toContain(line);
    }
    // All products are in halves.
    expect(lines.filter((line) => line.includes('dot_general')).length).toBe(products.length);
  });

  it.skipIf(pluginPath() === undefined)(
    'keeps products within a hundredth, and adds up in float32',
    async () => {
      const [exact, received] = [await product('float32'), await product('bf16')];
      expect(received).toBeAllClose(exact, { relative: 1e-2 });
      expect(received).not.toEqual(exact);
      const [x, weight] = [numbers(4 * SIZE, 3).map(toHalf), parameters.weight.data.map(toHalf)];
      const expected = exact.map((_, i) => {
        const [row, column] = [Math.floor(i / SIZE), i % SIZE];
        let sum = 0;
        for (let k = 0; k < SIZE; k++) sum += x[row * SIZE + k]! * weight[k * SIZE + column]!;
        return sum;
      });
      // Products of halves are exact in float32; 32 of them are added up.
      expect(received).toBeAllClose(expected, { relative: 1e-5 });
    },
  );
});

describe('tf32', () => {
  it('lets the device multiply as it is quickest, in the same types', () => {
    const [exact, quick] = [textIn('float32'), textIn('tf32')];
    expect(exact).toContain('precision = [HIGHEST, HIGHEST]');
    expect(quick).not.toContain('HIGHEST');
    expect(quick).toBe(exact.replaceAll('HIGHEST', 'DEFAULT'));
  });

  it.skipIf(pluginPath() === undefined)('is float32 on a processor', async () => {
    expect(await product('tf32')).toBeAllClose(await product('float32'), { relative: 1e-6 });
  });
});
