import { Rng } from '@lamo/core';
import { initMlp } from '@lamo/models';
import { type HostArray, hostArray, openDevice, type Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type ImitationPolicy, imitationLoss, initImitationPolicy } from './imitation-policy';

/** One hidden layer of four units that pass on what they see, and add up to both actions. */
const mean = {
  0: { weight: hostArray([2, 4], [1, 0, 1, 0, 0, 1, 0, 1]), bias: hostArray([4], [0, 0, 0, 0]) },
  1: { weight: hostArray([4, 2], [1, 0, 0, 1, 1, 0, 0, 1]), bias: hostArray([2], [0, 0]) },
};
const observations = hostArray([2, 2], [0.1, 0.2, 0.3, 0.4]);
const actions = hostArray([2, 2], [0, 0, 0.5, -0.5]);

/** Computes the loss of each row, compiled, with a given dropout mask of the hidden layer. */
async function lossOf(policy: ImitationPolicy<HostArray>, dropout = 0, mask: readonly number[] = []) {
  const config = { policy: 'gaussian', minLogStd: -1, dropout } as const;
  const executable = await (await openDevice('cpu', { threads: 1 })).compile({
    state: policy as Tree<HostArray>,
    inputs: { observations: [2, 2], actions: [2, 2] },
    variants: {
      loss: (state, { observations, actions }, noise) => {
        const tensors = state as unknown as ImitationPolicy<tf.Tensor>;
        return { outputs: { loss: imitationLoss(tensors, observations!, actions!, config, noise) } };
      },
    },
  });
  executable.inputs.observations!.set(observations.data);
  executable.inputs.actions!.set(actions.data);
  const refuse = () => expect.unreachable();
  const fillDropout = (target: Float32Array) => target.set(mask);
  await executable.run('loss', { fillNormal: refuse, fillUniform: refuse, fillDropout });
  await executable.dispose();
  return [...executable.outputs.loss.loss!];
}

const squares = (...distances: number[]) => distances.reduce((sum, d) => sum + d ** 2, 0);

describe('the loss of a policy that imitates', () => {
  it('is the squared distance to a deterministic one', async () => {
    // Both hidden units of each observation add up: means are tanh of twice what was seen.
    const expected = [
      squares(Math.tanh(0.2), Math.tanh(0.4)),
      squares(0.5 - Math.tanh(0.6), -0.5 - Math.tanh(0.8)),
    ];
    expect(await lossOf({ mean })).toBeAllClose(expected, { relative: 1e-6 }); // float32
  });

  it('is the negative log-density of a Gaussian one, whose log σ is kept between its bounds', async () => {
    const logStd = hostArray([2], [-3, 5]);
    const constant = Math.log(2 * Math.PI) + (-1 + 2);
    const expected = [
      [Math.tanh(0.2), Math.tanh(0.4)],
      [0.5 - Math.tanh(0.6), -0.5 - Math.tanh(0.8)],
    ].map(([x, y]) => squares(x! / Math.exp(-1), y! / Math.exp(2)) / 2 + constant);
    expect(await lossOf({ mean, logStd })).toBeAllClose(expected, { relative: 1e-6 });
  });

  it('leaves out the hidden units that dropout says', async () => {
    const mask = [2, 0, 0, 2, 0, 0, 2, 2];
    const expected = [
      squares(Math.tanh(0.2), Math.tanh(0.4)),
      squares(0.5 - Math.tanh(0.6), -0.5 - Math.tanh(0.8)),
    ];
    expect(await lossOf({ mean }, 0.5, mask)).toBeAllClose(expected, { relative: 1e-6 });
    const nothing = [0, 0, 0, 0, 0, 0, 0, 0];
    expect(await lossOf({ mean }, 0.5, nothing)).toBeAllClose([0, 0.5], { absolute: 1e-7 });
  });

  it('has a standard deviation to learn only where the policy is Gaussian', () => {
    const network = initMlp([2, 4, 2], Rng.fromSeed(1));
    const make = (policy: 'gaussian' | 'deterministic') =>
      initImitationPolicy(network, { observationSize: 2, actionSize: 2 }, { policy });
    expect(Object.keys(make('gaussian'))).toEqual(['mean', 'logStd']);
    expect(Object.keys(make('deterministic'))).toEqual(['mean']);
  });
});
