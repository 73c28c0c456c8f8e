import { Rng } from '@lamo/core';
import { hostArray } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { compute } from '../../../../test/compute';
import { initMlp } from '../networks/mlp';
import { gaussianLogDensity, initGaussianPolicy, sampleGaussian } from './gaussian-policy';

/** Two Gaussians over two components: deviations 1 and 2. */
const inputs = {
  mean: hostArray([2, 2], [0, 1, 0.5, -1]),
  logStd: hostArray([2], [0, Math.log(2)]),
};

describe('a diagonal Gaussian', () => {
  it('knows the density of actions', async () => {
    const actions = hostArray([2, 2], [1, 3, 0.5, -1]);
    const { density } = await compute({}, { ...inputs, actions }, (_, { mean, logStd, actions }) => ({
      density: gaussianLogDensity({ mean: mean!, logStd: logStd! }, actions!),
    }));
    // At the mean 1/(2π · 1 · 2); one standard deviation off in both components, e^(−½−½) times that.
    const atMean = -Math.log(4 * Math.PI);
    expect(density).toBeAllClose([atMean - 1, atMean], { relative: 1e-6 }); // float32
  });

  it('may have deviations of its own for each observation', async () => {
    const own = { ...inputs, logStd: hostArray([2, 2], [0, 0, Math.log(3), 0]) };
    const { density } = await compute({}, own, (_, { mean, logStd }) => ({
      density: gaussianLogDensity({ mean: mean!, logStd: logStd! }, mean!),
    }));
    expect(density).toBeAllClose([-Math.log(2 * Math.PI), -Math.log(6 * Math.PI)], { relative: 1e-6 });
  });

  it('draws actions at the mean plus so many deviations', async () => {
    const normal = hostArray([2, 2], [1, 1, -2, 0.25]);
    const { actions } = await compute({}, { ...inputs, normal }, (_, { mean, logStd, normal }) => ({
      actions: sampleGaussian({ mean: mean!, logStd: logStd! }, normal!),
    }));
    expect(actions).toBeAllClose([1, 3, -1.5, -0.5], { relative: 1e-6 });
  });

  it('starts with a deviation of 1', () => {
    const policy = initGaussianPolicy(initMlp([3, 4, 2], Rng.fromSeed(1)), 2);
    expect([...policy.logStd.data]).toEqual([0, 0]);
  });
});
