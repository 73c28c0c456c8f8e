import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { hostArray } from '../tree';
import { exportOnnx } from './export-onnx';
import { readOnnxMetadata } from './read-onnx-metadata';

const weight = hostArray(
  [300],
  Array.from({ length: 300 }, (_, i) => i),
);
const file = (metadata?: Readonly<Record<string, string>>) =>
  exportOnnx(
    { weight },
    { x: ['batch', 300] },
    (state, { x }) => ({ y: tf.mul(x!, (state as { weight: tf.Tensor }).weight) }),
    metadata && { metadata },
  );

it('a model keeps texts beside it', () => {
  const metadata = { 'lamo.policy': '{"room":"20 °C"}', empty: '' };
  expect(readOnnxMetadata(file(metadata))).toEqual(metadata);
  expect(readOnnxMetadata(file())).toEqual({});
});

it('a file that ends early, or is none, is refused', () => {
  const whole = file({ name: 'text' });
  expect(() => readOnnxMetadata(whole.subarray(0, whole.length - 2))).toThrow(
    /damaged, or not an ONNX model/,
  );
  expect(() => readOnnxMetadata(whole.subarray(0, whole.length - 200))).toThrow(/damaged, or not/);
  expect(() => readOnnxMetadata(new TextEncoder().encode('no model at all'))).toThrow(/damaged, or not/);
});
