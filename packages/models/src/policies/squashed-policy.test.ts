import { Rng } from '@lamo/core';
import { hostArray } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compute } from '../../../../test/compute';
import { initMlp, type Mlp, mlp } from '../networks/mlp';
import { initSquashedPolicy, type SquashedPolicy, squashedPolicy } from './squashed-policy';

describe('a squashed policy', () => {
  it('scales and shifts the raw spread of its network', async () => {
    const policy = initSquashedPolicy(initMlp([2, 8, 4], Rng.fromSeed(1)), { multiplier: 3, offset: -1 });
    const observations = hostArray([2, 2], [0.5, -1, 2, 0.1]);
    const { mean, logStd, outputs } = await compute(policy, { observations }, (state, { observations }) => {
      const policy = state as SquashedPolicy<tf.Tensor>;
      return {
        ...squashedPolicy(policy, observations!),
        outputs: mlp(policy.network as Mlp<tf.Tensor>, observations!),
      };
    });
    const half = (start: number) => [0, 1, 4, 5].map((i) => outputs![start + i]!);
    expect([...mean!]).toEqual(half(0));
    expect(logStd).toBeAllClose(
      half(2).map((raw) => 3 * raw - 1),
      { absolute: 1e-6 }, // float32
    );
  });
});
