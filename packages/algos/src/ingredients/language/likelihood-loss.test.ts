import { Rng } from '@lamo/core';
import { hostArray, valueAndGradients } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { compute } from '../../../../../test/compute';
import { type LikelihoodConfig, likelihoodLoss } from './likelihood-loss';

/** Five predictions over four tokens, of which one does not count and one counts half. */
const [N, V] = [5, 4];
const NEXT = [3, 0, 1, 1, 2];
const WEIGHTS = [1, 0, 1, 0.5, 1];
const rng = Rng.fromSeed(7);
const LOGITS = Float32Array.from({ length: N * V }, () => rng.uniform(-3, 3));
const PLAIN: LikelihoodConfig = { entropyWeight: 0, zLossWeight: 0, labelSmoothing: 0 };

const lossAndSlopes = (config: LikelihoodConfig) =>
  compute({ logits: hostArray([N, V], LOGITS) }, {}, (parameters) => {
    const { loss, gradients, aux } = valueAndGradients(parameters as { logits: tf.Tensor2D }, ({ logits }) =>
      likelihoodLoss({ logits, next: tf.tensor1d(NEXT), weights: tf.tensor1d(WEIGHTS) }, config),
    );
    return { loss, ...aux, slopes: gradients.logits };
  });

/** By the definitions, in double precision. */
function plainLoss(given: ArrayLike<number>, config: LikelihoodConfig): number {
  let [total, count] = [0, 0];
  for (let i = 0; i < N; i++) {
    const logits = Array.from({ length: V }, (_, j) => given[i * V + j]!);
    const value = Math.log(logits.reduce((sum, q) => sum + Math.exp(q), 0));
    const logs = logits.map((q) => q - value);
    const target = logs.map(
      (_, j) => (1 - config.labelSmoothing) * Number(j === NEXT[i]) + config.labelSmoothing / V,
    );
    const crossEntropy = -logs.reduce((sum, log, j) => sum + log * target[j]!, 0);
    const entropy = -logs.reduce((sum, log) => sum + Math.exp(log) * log, 0);
    total += WEIGHTS[i]! * (crossEntropy + config.zLossWeight * value ** 2 - config.entropyWeight * entropy);
    count += WEIGHTS[i]!;
  }
  return total / count;
}

it.each<Partial<LikelihoodConfig>>([
  {},
  { entropyWeight: 0.3 },
  { zLossWeight: 0.2 },
  { labelSmoothing: 0.1 },
  { entropyWeight: 0.1, zLossWeight: 0.05, labelSmoothing: 0.2 },
])('the loss and its slopes are as in plain arithmetic: %o', async (setting) => {
  const config = { ...PLAIN, ...setting };
  const { loss, slopes } = await lossAndSlopes(config);
  expect(loss![0]).toBeCloseTo(plainLoss(LOGITS, config), 5);
  const exact = Float64Array.from(LOGITS);
  for (const i of exact.keys()) {
    const at = (change: number) => plainLoss(exact.with(i, exact[i]! + change), config);
    expect(slopes![i]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 5);
  }
});

it('the likelihood stands apart where there is more in the loss', async () => {
  const { loss } = await lossAndSlopes(PLAIN);
  const { negativeLogLikelihood, entropy } = await lossAndSlopes({ ...PLAIN, entropyWeight: 1 });
  expect(negativeLogLikelihood![0]).toBeCloseTo(loss![0]!, 6);
  // At most that of four equally likely tokens.
  expect(entropy![0]).toBeLessThan(Math.log(4));
});
