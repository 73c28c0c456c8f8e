import * as tf from '@tensorflow/tfjs-core';
import type { HostArray, Tree } from '../tree';
import { clipGlobalNorm } from './clip-global-norm';
import { constantRate, type Schedule } from './schedules';
import { countParameters, fromVector, toVector, zeros } from './vector';

/** Settings of {@link adam}; the defaults are PyTorch's. */
export interface AdamOptions {
  /** A number, or a schedule over steps. */
  readonly learningRate: number | Schedule;
  /** Decay of the mean of gradients. @default 0.9 */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients. @default 0.999 */
  readonly beta2?: number;
  /** Added to the root of the second moment. @default 1e-8 */
  readonly epsilon?: number;
  /** Decoupled weight decay (AdamW, Loshchilov and Hutter 2019): weights shrink by rate · decay. @default 0 */
  readonly weightDecay?: number;
  /** Largest global norm of the gradient; larger ones are scaled down. @default no clipping */
  readonly maxGradientNorm?: number;
}

/** State of {@link adam}. Sums over past gradients in which each step counts β times as much as the next one. */
export interface AdamState<Leaf> {
  /** Decayed sum of gradients, [number of parameters]. */
  readonly first: Leaf;
  /** Decayed sum of squared gradients, [number of parameters]. */
  readonly second: Leaf;
  /** Decayed number of gradients in `first`. */
  readonly firstWeight: Leaf;
  /** Decayed number of gradients in `second`. */
  readonly secondWeight: Leaf;
  /** Steps taken. */
  readonly count: Leaf;
  readonly [key: string]: Leaf;
}

/** Creates the state of {@link adam} before its first step, on the host; it does not depend on any setting. */
export function initAdam(parameters: Tree<{ readonly shape: readonly number[] }>): AdamState<HostArray> {
  const size = countParameters(parameters);
  return {
    first: zeros(size),
    second: zeros(size),
    firstWeight: zeros(),
    secondWeight: zeros(),
    count: zeros(),
  };
}

/** An optimiser as a pure function; {@link initAdam} creates its initial state. */
export interface Optimizer {
  /** Takes one step: new parameters and state, and the gradient's norm if it is clipped. */
  update<P extends Tree<tf.Tensor>>(
    gradients: P,
    state: AdamState<tf.Tensor>,
    parameters: P,
  ): { parameters: P; state: AdamState<tf.Tensor>; gradientNorm?: tf.Scalar };
}

/**
 * Adam (Kingma and Ba 2015), and AdamW with `weightDecay`, with PyTorch's bias correction and place of epsilon.
 *
 * All parameters are one vector, so a step is ten operations whatever the network. Moments are kept as sums,
 * s₁ ← β₁s₁ + g and s₂ ← β₂s₂ + g², and so are their weights, w ← βw + 1. Then s / w is the bias-corrected moment, since
 * w = (1 − βᵗ) / (1 − β): the same numbers with fewer operations, and no cancellation in 1 − βᵗ.
 */
export function adam(options: AdamOptions): Optimizer {
  const {
    learningRate,
    beta1 = 0.9,
    beta2 = 0.999,
    epsilon = 1e-8,
    weightDecay = 0,
    maxGradientNorm,
  } = options;
  const schedule = typeof learningRate === 'number' ? constantRate(learningRate) : learningRate;
  return {
    update: (gradients, state, parameters) => {
      const clipped = clipGlobalNorm(toVector(gradients), maxGradientNorm);
      const gradient = clipped.vector;
      const count = tf.add(state.count, 1) as tf.Scalar;
      const rate = schedule(count);
      const first = tf.add(tf.mul(state.first, beta1), gradient);
      const second = tf.add(tf.mul(state.second, beta2), tf.square(gradient));
      const firstWeight = tf.add(tf.mul(state.firstWeight, beta1), 1);
      const secondWeight = tf.add(tf.mul(state.secondWeight, beta2), 1);

      // rate · (s₁ / w₁) / (√(s₂ / w₂) + ε) = (rate · √w₂ / w₁) · s₁ / (√s₂ + ε √w₂)
      const root = tf.sqrt(secondWeight);
      const stepSize = tf.mul(rate, tf.div(root, firstWeight));
      const denominator = tf.add(tf.sqrt(second), tf.mul(root, epsilon));

      const old = toVector(parameters);
      const kept = weightDecay === 0 ? old : tf.mul(old, tf.sub(1, tf.mul(rate, weightDecay)));
      const vector = tf.sub(kept, tf.mul(tf.div(first, denominator), stepSize)) as tf.Tensor1D;
      return {
        parameters: fromVector(vector, parameters),
        state: { first, second, firstWeight, secondWeight, count },
        ...(clipped.norm === undefined ? {} : { gradientNorm: clipped.norm }),
      };
    },
  };
}
