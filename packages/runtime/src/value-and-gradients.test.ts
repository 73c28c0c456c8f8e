import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
// Registers the gradients.
import '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { valueAndGradients } from './value-and-gradients';

beforeAll(() => tf.setBackend('cpu'));

describe('valueAndGradients', () => {
  it('gives the loss, its gradient for each leaf, and what was kept', () => {
    const parameters = { line: { slope: tf.scalar(3), offset: tf.scalar(1) } };
    const { loss, gradients, aux } = valueAndGradients(parameters, ({ line }) => {
      const y = tf.add(tf.mul(line.slope, 2), line.offset);
      return { loss: tf.square(y) as tf.Scalar, aux: { y } };
    });
    // y = 3 · 2 + 1 = 7, dy² = 2 y dy.
    expect(loss.dataSync()[0]).toBe(49);
    expect(aux.y.dataSync()[0]).toBe(7);
    expect(gradients.line.slope.dataSync()[0]).toBe(28);
    expect(gradients.line.offset.dataSync()[0]).toBe(14);
  });

  it('leaves no tensor behind but what it returns', () => {
    const x = tf.scalar(3);
    const before = tf.memory().numTensors;
    valueAndGradients(x, (x) => ({ loss: tf.square(x) as tf.Scalar, aux: { twice: tf.mul(x, 2) } }));
    expect(tf.memory().numTensors - before).toBe(3);
  });

  it.each([
    ['some', (actor: tf.Tensor) => tf.square(actor), "'critic/1'"],
    ['any', () => tf.scalar(1), "'actor', 'critic/1'"],
  ])('names the parameters if the loss does not depend on %s of them', (_, lossOf, names) => {
    const parameters = { actor: tf.scalar(1), critic: { 1: tf.scalar(2) } };
    const compute = () =>
      valueAndGradients(parameters, ({ actor }) => ({ loss: lossOf(actor) as tf.Scalar }));
    expect(compute).toThrow(`received none for ${names}. Pass only the networks that this loss trains`);
  });
});
