import { Rng } from '@lamo/core';
import { hostArray, type Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { compute } from '../../../../test/compute';
import { stackNetworks } from '../critics/stack-networks';
import { addLayerNorm } from './layer-norm-mlp';
import { initMlp, type Mlp, mlp } from './mlp';

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

it('normalises them before their ReLU where it is told to', async () => {
  const hidden = { weight: hostArray([1, 4], [1, 2, 3, 6]), bias: hostArray([4], [0, 0, 0, 0]) };
  const sum = { weight: hostArray([4, 1], [1, 10, 100, 1000]), bias: hostArray([1], [0]) };
  const network = addLayerNorm({ 0: hidden, 1: sum }, 'before');
  network[0]!.scaleBefore!.data.set([-1, 1, 1, 2]);
  network[0]!.shiftBefore!.data.set([0, 0, 0.5, 0]);
  const { y } = await compute(network, { x: hostArray([1, 1], [1]) }, (state, { x }) => run(state, x!));
  // [1, 2, 3, 6] has mean 3 and variance 14 / 4: [2, −1, 0.5, 6] but for the deviation, and ReLU leaves out −1.
  const deviation = Math.sqrt(3.5);
  expect(y).toBeAllClose([2 / deviation + 100 * 0.5 + (1000 * 6) / deviation], { relative: 1e-6 });
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
