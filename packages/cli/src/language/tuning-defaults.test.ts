import { expect, it } from 'vitest';
import { tuningRate } from './tuning-defaults';

it('the learning rate of adapters is that of the paper for its models, and more for narrower ones', () => {
  expect([768, 1024, 1280].map(tuningRate)).toEqual([2e-4, 2e-4, 2e-4]);
  expect([384, 128].map(tuningRate)).toEqual([8e-4, 7.2e-3]);
});
