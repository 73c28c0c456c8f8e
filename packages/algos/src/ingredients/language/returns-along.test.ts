import { hostArray } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { compute } from '../../../../../test/compute';
import { returnsAlong } from './returns-along';

it.each([0, 0.5, 1])('sums what follows along rows, discounted by %s', async (discount) => {
  const rewards = hostArray([2, 3], Float32Array.of(1, 2, 4, -1, 0, 8));
  const { returns } = await compute({ rewards }, {}, (given) => ({
    returns: returnsAlong((given as { rewards: tf.Tensor2D }).rewards, discount),
  }));
  const row = ([a, b, c]: readonly [number, number, number]) => [
    a + discount * (b + discount * c),
    b + discount * c,
    c,
  ];
  expect(Array.from(returns!)).toEqual([...row([1, 2, 4]), ...row([-1, 0, 8])]);
});
