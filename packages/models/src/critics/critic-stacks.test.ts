import { Rng } from '@lamo/core';
import { hostArray } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compute } from '../../../../test/compute';
import { initMlp } from '../networks/mlp';
import { type CriticStacks, initCriticStacks, stackedValues } from './critic-stacks';
import { qValuesOfSets } from './q-values-of-sets';

const shallow = [3, 8, 1];
const deep = [3, 8, 8, 1];

describe('critic stacks', () => {
  it('lay critics of one shape side by side', () => {
    const stacks = initCriticStacks([shallow, shallow, deep], Rng.fromSeed(1), initMlp);
    expect(Object.values(stacks).map((stack) => stack['0']!.weight.shape)).toEqual([
      [2, 3, 8],
      [1, 3, 8],
    ]);
    expect(Object.values(stacks).map((stack) => Object.keys(stack).length)).toEqual([2, 3]);
  });

  it('value choices critic by critic', async () => {
    const stacks = initCriticStacks([deep, shallow], Rng.fromSeed(1), initMlp);
    const observations = hostArray([2, 2], [0.5, -1, 2, 0.1]);
    const actions = hostArray([2, 3, 1], [0.1, -0.4, 0.9, 0.3, -0.8, 0.2]);
    const { all, first, second } = await compute(stacks, { observations, actions }, (state, inputs) => {
      const stacks = state as CriticStacks<tf.Tensor>;
      const { observations, actions } = inputs as Record<'observations' | 'actions', tf.Tensor>;
      return {
        all: stackedValues(stacks, observations, actions),
        first: qValuesOfSets(stacks['0']!, observations, actions),
        second: qValuesOfSets(stacks['1']!, observations, actions),
      };
    });
    expect([...all!]).toEqual([...first!, ...second!]);
    expect(new Set(all).size).toBe(12);
  });
});
