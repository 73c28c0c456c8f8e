import { Rng } from '@lamo/data';
import { hostArray, type Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { compute } from '../test/compute';
import { addLayerNorm } from './layer-norm-mlp';
import { initMlp, type Mlp, mlp } from './mlp';
import { stackNetworks } from './stack-networks';

const run = (network: Tree<tf.Tensor>, x: tf.Tensor) => ({ y: mlp(network as Mlp<tf.Tensor>, x) });

it('normalises hidden layers after their ReLU, and no others', async () => {
  const identity = {
    weight: hostArray([4, 4], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]),
    bias: hostArray([4], [0, 0, 0, 0]),
  };
  const network = addLayerNorm({ 0: identity, 1: identity });
  network[0]!.scale!.data.set([1, 2, 3, 4]);
  network[0]!.shift!.data.set([0, 0, 0, 5]);
  const { y } = await compute(network, { x: hostArray([1, 4], [-8, 2, 0, 6]) }, (state, { x }) =>
    run(state, x!),
  );
  // [0, 2, 0, 6] has mean 2 and variance 6.
  const unit = [-2, 0, -2, 4].map((value) => value / Math.sqrt(6));
  expect(y).toBeAllClose([unit[0]!, 0, 3 * unit[2]!, 4 * unit[3]! + 5], { absolute: 2e-6 }); // float32 rounding
});

it('computes networks side by side as it computes each alone', async () => {
  const networks = [1, 2].map((seed) => {
    const network = addLayerNorm(initMlp([3, 5, 5, 2], Rng.fromSeed(seed)));
    for (const { scale } of Object.values(network)) scale?.data.fill(seed);
    return network;
  });
  const x = hostArray([4, 3], [0.1, -0.4, 2, 1, 0.3, -1, 0.7, 0.2, 0.9, -2, 1.5, 0.4]);
  const both = await compute(stackNetworks(networks), { x }, (state, { x }) => run(state, x!));
  const each = await Promise.all(
    networks.map((network) => compute(network, { x }, (state, { x }) => run(state, x!))),
  );
  expect(both.y).toBeAllClose([...each[0]!.y!, ...each[1]!.y!], { absolute: 2e-6 }); // float32 rounding
});
