/** Takes compiled steps in a process of its own and prints its resident memory on the way, as JSON. */

import * as tf from '@tensorflow/tfjs-core';
import { adam, hostArray, initAdam, openDevice, valueAndGradients } from '../src/index';

const parameters = {
  weight: hostArray([32, 32], new Float32Array(1024)),
  bias: hostArray([32], new Float32Array(32)),
};
const optimizer = adam({ learningRate: 1e-3 });
const device = await openDevice('cpu', { threads: 1 });
const executable = await device.compile({
  state: { parameters, optimizer: initAdam(parameters) },
  inputs: { x: [16, 32] },
  variants: {
    step: (tree, { x }, noise) => {
      // biome-ignore lint/suspicious/noExplicitAny: the state has the structure given above
      const state = tree as any;
      const { loss, gradients } = valueAndGradients<typeof state.parameters, Record<string, never>>(
        state.parameters,
        ({ weight, bias }) => ({
          loss: tf.mean(
            tf.square(tf.sub(tf.add(tf.matMul(x as tf.Tensor2D, weight), bias), noise.normal([16, 32]))),
          ),
        }),
      );
      const update = optimizer.update(gradients, state.optimizer, state.parameters);
      return { state: { parameters: update.parameters, optimizer: update.state }, outputs: { loss } };
    },
  },
});
const noise = {
  fillNormal: (target: Float32Array) => void target.fill(Math.random()),
  fillUniform: () => {},
  fillDropout: () => {},
};

// The JavaScript heap takes some thousand steps to find its size.
const WARM_UP = 15_000;
const resident: number[] = [];
for (let step = 1; step <= WARM_UP + 20_000; step++) {
  await executable.run('step', noise);
  if (step === WARM_UP || step === WARM_UP + 20_000) {
    globalThis.gc!();
    resident.push(process.memoryUsage.rss());
  }
}
await executable.dispose();
console.log(JSON.stringify({ resident }));
