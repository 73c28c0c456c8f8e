import { type Device, openDevice } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import type { Contender, Contest } from './contender';
import { pytorchContenders } from './pytorch';
import { hardwareOf, openOurs } from './setup';

/** An operation to be timed with its gradients. */
export interface OperationCase {
  /** What is timed: `GELU of [3840, 512]`. */
  readonly name: string;
  /** The shape of each operand that has a gradient. */
  readonly shapes: readonly (readonly number[])[];
  readonly fn: (...operands: tf.Tensor[]) => tf.Tensor;
  /** Its counterpart in benchmarks/pytorch/operations.py, and the sizes to call it with. */
  readonly pytorch: readonly [name: string, ...sizes: number[]];
}

/** An operation and its gradients against eager PyTorch, and against ours on `cpu` where another device is timed. */
export function operationContest(operation: OperationCase): Contest {
  return {
    name: `${operation.name}, forward and gradients`,
    steps: 200,
    async open(setup) {
      const device = await openOurs(setup);
      const ours = await compiledContender(operation, device);
      const own = setup.device === 'cpu' ? [] : [await compiledContender(operation, await openDevice('cpu'))];
      const peerSetup = { hardware: hardwareOf(device), precision: setup.precision };
      const peers = await pytorchContenders('operations', peerSetup, operation.pytorch);
      if (typeof peers === 'string') return { ours, peers: own, absent: [peers] };
      return { ours, peers: [...own, ...peers], absent: [] };
    },
  };
}

async function compiledContender({ shapes, fn }: OperationCase, device: Device): Promise<Contender> {
  const executable = await device.compile({
    state: {},
    inputs: Object.fromEntries(shapes.map((shape, i) => [String(i), shape])),
    variants: {
      run: (_, inputs) => {
        const operands = shapes.map((_, i) => inputs[String(i)]!);
        // The result stands in for a gradient: it is there, and no number can be foreseen.
        const y = fn(...operands);
        const loss = (...xs: tf.Tensor[]) => tf.sum(tf.mul(fn(...xs), y)) as tf.Scalar;
        const made = [y, ...tf.grads(loss)(operands)];
        return { outputs: Object.fromEntries(made.map((tensor, i) => [String(i), firstNumber(tensor)])) };
      },
    },
  });
  for (const input of Object.values(executable.inputs)) input.set(input.map((_, i) => wave(i)));
  return {
    name: device.description,
    async measure(steps) {
      const start = performance.now();
      for (let i = 0; i < steps; i++) await executable.run('run');
      return (performance.now() - start) / steps;
    },
    close: () => executable.dispose(),
  };
}

/** Keeps a tensor from being left out, without copying all of it to the host. */
const firstNumber = (x: tf.Tensor) => tf.slice(tf.reshape(x, [-1]), [0], [1]);

const wave = (i: number) => Math.sin(1.7 * i);
