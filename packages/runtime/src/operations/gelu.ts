import * as tf from '@tensorflow/tfjs-core';

/** √(2 / π), and the cubic term's factor, of the tanh approximation. */
const SLOPE = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

/** Which curve {@link gelu} is: GPT-2's `gelu_new` with a tanh, or the exact one with an error function. */
export type GeluApproximation = 'tanh' | 'erf';

/**
 * Computes the Gaussian error linear unit, x · Φ(x), with a gradient of few operations (Hendrycks & Gimpel 2016,
 * arXiv:1606.08415).
 *
 * @param x any shape
 * @param approximation 'tanh' is GPT-2's `gelu_new`, 'erf' the exact curve
 */
export function gelu(x: tf.Tensor, approximation: GeluApproximation): tf.Tensor {
  const { gate, slope } = curves[approximation];
  return tf.customGrad((x, save) => {
    const input = x as tf.Tensor;
    const g = gate(input);
    (save as tf.GradSaveFunc)([input, g]);
    return {
      value: tf.mul(input, g),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [x, g] = saved as [tf.Tensor, tf.Tensor];
        return tf.mul(dy, tf.add(g, tf.mul(x, slope(x, g))));
      },
    };
  })(x);
}

/** Each curve as x · gate(x), and the slope of its gate, given x and the gate. */
const curves: Readonly<
  Record<
    GeluApproximation,
    { gate: (x: tf.Tensor) => tf.Tensor; slope: (x: tf.Tensor, gate: tf.Tensor) => tf.Tensor }
  >
> = {
  // (1 + tanh u) / 2 = σ(2u) with u = SLOPE · (x + CUBIC · x³), and σ' = σ (1 − σ).
  tanh: {
    gate: (x) => tf.sigmoid(tf.mul(x, tf.add(2 * SLOPE, tf.mul(2 * SLOPE * CUBIC, tf.square(x))))),
    slope: (x, gate) =>
      tf.mul(tf.mul(gate, tf.sub(1, gate)), tf.add(2 * SLOPE, tf.mul(6 * SLOPE * CUBIC, tf.square(x)))),
  },
  // Φ, and the normal density.
  erf: {
    gate: (x) => tf.add(0.5, tf.mul(0.5, tf.erf(tf.mul(x, Math.SQRT1_2)))),
    slope: (x) => tf.mul(1 / Math.sqrt(2 * Math.PI), tf.exp(tf.mul(-0.5, tf.square(x)))),
  },
};
