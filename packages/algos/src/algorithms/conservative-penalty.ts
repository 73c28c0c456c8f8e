import { stopGradient } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';

/** Settings of {@link conservativeGaps}. */
export interface GapOptions {
  /** T: the lower, the more only the best of the sampled actions counts. */
  readonly temperature: number;
  /** Smallest gap of a state, or null for none. */
  readonly clipMin: number | null;
  /** Largest gap of a state, or null for none. */
  readonly clipMax: number | null;
}

/**
 * How much more critics think of sampled actions than of those in the data: the mean over the batch of
 * clip(T log Σₘ exp(zₘ / T) − Q(s, a)) (Kumar et al. 2020, equation 4).
 *
 * @param scores z, values of the samples, less their log-density if they are weighed by importance, [N, B, M]
 * @param values Q(s, a) [N, B]
 * @returns the gap of each critic [N]
 */
export function conservativeGaps(
  scores: tf.Tensor,
  values: tf.Tensor,
  { temperature, clipMin, clipMax }: GapOptions,
): tf.Tensor1D {
  const soft = tf.mul(logSumExp(tf.div(scores, temperature)), temperature); // [N, B]
  const gaps = tf.sub(soft, values);
  const isClipped = clipMin !== null || clipMax !== null;
  return tf.mean(isClipped ? tf.clipByValue(gaps, clipMin ?? -LARGEST, clipMax ?? LARGEST) : gaps, 1);
}

/** Stands for no limit: near the largest float32. */
const LARGEST = 3e38;

/**
 * Calibrates values of sampled actions: those below what the data's policy earned from the same state count as that, so that
 * nothing pushes them further down (Nakamoto et al. 2023, equation 5.1): max(Q(s, a), R(s)).
 *
 * @param values Q(s, a) [N, B, M]
 * @param returnsToGo R(s), what was earned from each state on [B]
 * @returns as the values, and which share of them was below
 */
export function calibrate(values: tf.Tensor, returnsToGo: tf.Tensor) {
  const least = tf.expandDims(returnsToGo, 1); // [B, 1]
  return { values: tf.maximum(values, least), share: tf.mean(tf.cast(tf.less(values, least), 'float32')) };
}

/** log Σ exp(x) over the last axis, kept from overflowing; its gradient is the softmax. */
const logSumExp = (x: tf.Tensor): tf.Tensor =>
  tf.customGrad((x, save) => {
    const largest = tf.max(x as tf.Tensor, -1, true);
    const powers = tf.exp(tf.sub(x as tf.Tensor, largest));
    const total = tf.sum(powers, -1, true);
    (save as tf.GradSaveFunc)([powers, total]);
    return {
      value: tf.squeeze(tf.add(tf.log(total), largest), [-1]),
      gradFunc: (dy: tf.Tensor, [powers, total]: tf.Tensor[]) =>
        tf.mul(powers!, tf.div(tf.expandDims(dy, -1), total!)),
    };
  })(x);

/** Settings of {@link conservativePenalty}. */
export interface PenaltyOptions {
  /** w, the weight of the gap. */
  readonly conservativeWeight: number;
  /** The gap that α′ keeps; null for the weight alone. */
  readonly targetGap: number | null;
  /** Whether w multiplies the target too. */
  readonly weighTargetGap: boolean;
}

/**
 * Weighs the gaps of all critics: Σ w · gap, or Σ α′ w (gap − target) with a Lagrange multiplier α′ that grows while gaps are
 * larger than their target (appendix F; without `weighTargetGap`, Σ α′ (w · gap − target)).
 *
 * @param gaps [N]
 * @param logAlphaPrime log α′, a scalar
 * @returns the penalty, what α′ minimises, and α′ itself where there is one
 */
export function conservativePenalty(
  gaps: tf.Tensor1D,
  logAlphaPrime: tf.Tensor,
  { conservativeWeight, targetGap, weighTargetGap }: PenaltyOptions,
) {
  const weighed = tf.mul(gaps, conservativeWeight);
  if (targetGap === null) return { penalty: tf.sum(weighed), alphaPrimeLoss: tf.mul(logAlphaPrime, 0) };
  const excess = tf.sum(tf.sub(weighed, targetGap * (weighTargetGap ? conservativeWeight : 1)));
  const alphaPrime = tf.clipByValue(tf.exp(logAlphaPrime), 0, 1e6);
  return {
    penalty: tf.mul(stopGradient(alphaPrime), excess),
    alphaPrimeLoss: tf.mul(tf.mul(alphaPrime, stopGradient(excess)), -0.5),
    alphaPrime,
  };
}
