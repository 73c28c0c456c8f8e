import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { trace } from './trace';

it('leaves the choice of a backend to tfjs if none was chosen before', async () => {
  expect(tf.getBackend()).toBeFalsy();
  trace((tracer) => ({ y: tf.add(tracer.input('x', { shape: [2], dtype: 'float32' }), 1) }));
  await import('@tensorflow/tfjs-backend-cpu');
  expect([...tf.add(tf.tensor1d([1, 2]), 1).dataSync()]).toEqual([2, 3]);
  expect(tf.getBackend()).toBe('cpu');
});
