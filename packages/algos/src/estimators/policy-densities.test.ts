import { createDataset } from '@lamo/data';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { bestOf, policyFolder } from '../../test/judged-policies';
import { loadJudgedPolicy } from '../ingredients/judging/load-judged-policy';
import { policyDensities } from './policy-densities';
import { prepareLog } from './prepare-log';

const write = policyFolder();
const common = {
  observations: [[0], [1], [2], [3]],
  rewards: [0, 0, 0, 0],
  terminated: [false, true, false, true],
};
const even = (log: number) => ({ source: 'logged' as const, logDensities: new Float64Array(4).fill(log) });

describe('a policy that chooses classes', () => {
  const log = prepareLog(
    createDataset({ ...common, actions: [0, 1, 1, 0], actionSpace: { kind: 'discrete', count: 2 } }),
  );
  // Scores 1 and what is seen: class 1 from 2 on; of equals the first.
  const path = write('classes', 1, (seen) => bestOf(tf.concat([tf.add(tf.mul(seen, 0), 1), seen], 1)));

  it('is certain of the class that it takes', async () => {
    const policy = await loadJudgedPolicy(log.spec, { policy: path });
    const { logDensities, bandwidth } = await policyDensities(log, policy, even(-1));
    const never = Number.NEGATIVE_INFINITY;
    expect([...logDensities]).toEqual([0, never, 0, never]);
    expect(bandwidth).toBe(null);
  });

  it('draws by softmax of its scores, if that is asked for', async () => {
    const policy = await loadJudgedPolicy(log.spec, { policy: path });
    const { logDensities } = await policyDensities(log, policy, even(-1), { probabilities: 'softmax' });
    const second = [0, 1, 2, 3].map((seen) => Math.exp(seen) / (Math.exp(seen) + Math.E));
    const chosen = [1 - second[0]!, second[1]!, second[2]!, 1 - second[3]!];
    for (const [row, likely] of chosen.entries()) expect(Math.exp(logDensities[row]!)).toBeCloseTo(likely, 6); // float32 scores
  });

  it('is refused by softmax, if its file has no scores', async () => {
    const bare = write('bare', 1, (seen) => ({ actions: tf.cast(tf.greater(seen, 1), 'float32') }));
    const policy = await loadJudgedPolicy(log.spec, { policy: bare });
    const asked = policyDensities(log, policy, even(-1), { probabilities: 'softmax' });
    await expect(asked).rejects.toThrow(/how likely.*scores/);
  });
});

describe('a policy that takes amounts', () => {
  const log = prepareLog(createDataset({ ...common, actions: [[-2], [2], [0], [1]] }), {
    actionLow: -4,
    actionHigh: 4,
  });
  const policyOf = () =>
    loadJudgedPolicy(log.spec, { policy: write('amounts', 1, (seen) => ({ actions: tf.sub(seen, 1) })) });
  /** A Gaussian with a deviation of 0.1 has this log density on average. */
  const narrow = even(-Math.log(0.1) - Math.log(2 * Math.PI * Math.E) / 2);

  it('is taken to draw near them, by so many deviations of whoever acted', async () => {
    const { logDensities, bandwidth } = await policyDensities(log, await policyOf(), narrow, {
      bandwidth: 2,
    });
    expect(bandwidth).toBe(2);
    // Between −1 and 1: it does −0.25, 0, 0.25 and 0.5, and −0.5, 0.5, 0 and 0.25 were done. The width is 0.2.
    const width = 0.2;
    const grid = Array.from({ length: 20_000 }, (_, i) => -1 + (i + 0.5) / 10_000);
    for (const [row, [center, done]] of [
      [-0.25, -0.5],
      [0, 0.5],
      [0.25, 0],
      [0.5, 0.25],
    ].entries()) {
      const bell = (amount: number) => Math.exp(-(((amount - center!) / width) ** 2) / 2);
      const mass = grid.reduce((sum, amount) => sum + bell(amount) / 10_000, 0);
      expect(Math.exp(logDensities[row]!)).toBeCloseTo(bell(done!) / mass, 5);
    }
  });

  it('is given a width by how many episodes there are', async () => {
    const { bandwidth } = await policyDensities(log, await policyOf(), narrow);
    expect(bandwidth).toBeCloseTo((4 / (3 * 2)) ** 0.2, 12);
  });

  it('has no softmax', async () => {
    const asked = policyDensities(log, await policyOf(), narrow, { probabilities: 'softmax' });
    await expect(asked).rejects.toThrow(/amounts have no scores/);
  });
});
