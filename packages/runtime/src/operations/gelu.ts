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
  const { gate, bend } = curves[approximation];
  return tf.customGrad((x, save) => {
    const input = x as tf.Tensor;
    const g = gate(input);
    const y = tf.mul(input, g);
    (save as tf.GradSaveFunc)([input, g, y]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [x, g, y] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
        return tf.mul(dy, tf.add(g, bend(x, g, y)));
      },
    };
  })(x);
}

/** A curve y = x · gate(x), whose slope is gate + bend: `bend` is x · gate′(x), given x, the gate and y. */
interface Curve {
  readonly gate: (x: tf.Tensor) => tf.Tensor;
  readonly bend: (x: tf.Tensor, gate: tf.Tensor, y: tf.Tensor) => tf.Tensor;
}

const curves: Readonly<Record<GeluApproximation, Curve>> = {
  // (1 + tanh u) / 2 = σ(2u) with u = SLOPE · (x + CUBIC · x³), and σ′ = σ (1 − σ).
  tanh: {
    gate: (x) => tf.sigmoid(tf.mul(x, tf.add(2 * SLOPE, tf.mul(2 * SLOPE * CUBIC, tf.square(x))))),
    bend: (x, gate, y) =>
      tf.mul(tf.mul(y, tf.sub(1, gate)), tf.add(2 * SLOPE, tf.mul(6 * SLOPE * CUBIC, tf.square(x)))),
  },
  // Φ(x) = (1 + erf e) / 2 with e = x / √2, and x · φ(x) = e · exp(−e²) / √π.
  erf: {
    gate: (x) => tf.add(0.5, tf.mul(0.5, tf.erf(tf.mul(x, Math.SQRT1_2)))),
    bend: (x) => {
      const e = tf.mul(x, Math.SQRT1_2);
      return tf.mul(e, tf.exp(tf.sub(-0.5 * Math.log(Math.PI), tf.square(e))));
    },
  },
};
