import * as tf from '@tensorflow/tfjs-core';

/** √(2 / π), and the cubic term's factor, of the tanh approximation. */
const SLOPE = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

/** The formula of {@link gelu}: GPT-2's `gelu_new` with a tanh, or the exact one with an error function. */
export type GeluApproximation = 'tanh' | 'erf';

/**
 * Computes the Gaussian error linear unit, x · Φ(x), with a gradient of few operations (Hendrycks & Gimpel 2016,
 * arXiv:1606.08415).
 *
 * @param x any shape
 * @param approximation 'tanh' is GPT-2's `gelu_new`, 'erf' the exact curve
 */
export function gelu(x: tf.Tensor, approximation: GeluApproximation): tf.Tensor {
  const { apply, slope } = curves[approximation];
  return tf.customGrad((x, save) => {
    const { y, kept } = apply(x as tf.Tensor);
    (save as tf.GradSaveFunc)(kept);
    return { value: y, gradFunc: (dy: tf.Tensor, kept: tf.Tensor[]) => tf.mul(dy, slope(kept)) };
  })(x);
}

/** A curve y = x · gate(x): what it keeps until the gradient, and its slope from that, gate + x · gate′. */
interface Curve {
  readonly apply: (x: tf.Tensor) => { readonly y: tf.Tensor; readonly kept: tf.Tensor[] };
  readonly slope: (kept: readonly tf.Tensor[]) => tf.Tensor;
}

const curves: Readonly<Record<GeluApproximation, Curve>> = {
  // gate = (1 + tanh u) / 2 with u = SLOPE · (x + CUBIC · x³), which is σ(2u). Only x is kept, because in a large network the memory
  // of two more tensors in each layer counts; written the same way, onnxruntime would compute the gate once and keep it.
  tanh: {
    apply: (x) => {
      const gate = tf.sigmoid(tf.mul(x, tf.add(2 * SLOPE, tf.mul(2 * SLOPE * CUBIC, tf.square(x)))));
      return { y: tf.mul(x, gate), kept: [x] };
    },
    slope: ([x]) => {
      const square = tf.square(x!);
      const t = tf.tanh(tf.mul(x!, tf.add(SLOPE, tf.mul(SLOPE * CUBIC, square))));
      // ½ (1 + t) + ½ x (1 − t²) u′ = ½ (1 + t) (1 + x (1 − t) u′)
      const bend = tf.mul(tf.mul(x!, tf.sub(1, t)), tf.add(SLOPE, tf.mul(3 * SLOPE * CUBIC, square)));
      return tf.mul(tf.add(0.5, tf.mul(0.5, t)), tf.add(1, bend));
    },
  },
  // gate = Φ(x) = (1 + erf e) / 2 with e = x / √2, and x · φ(x) = e · exp(−e²) / √π.
  erf: {
    apply: (x) => {
      const gate = tf.add(0.5, tf.mul(0.5, tf.erf(tf.mul(x, Math.SQRT1_2))));
      return { y: tf.mul(x, gate), kept: [x, gate] };
    },
    slope: ([x, gate]) => {
      const e = tf.mul(x!, Math.SQRT1_2);
      return tf.add(gate!, tf.mul(e, tf.exp(tf.sub(-0.5 * Math.log(Math.PI), tf.square(e)))));
    },
  },
};
