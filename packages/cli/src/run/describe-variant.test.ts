import { algorithms } from '@lamo/algos';
import { expect, it } from 'vitest';
import { describeVariant } from './describe-variant';

const lamo = algorithms.get('lamo')!;
const td3Bc = algorithms.get('td3-bc')!;

it('an algorithm as it is has no name of its own, also where its defaults are written out', () => {
  expect(describeVariant(td3Bc, {})).toEqual([]);
  expect(describeVariant(td3Bc, { discount: 0.99 })).toEqual([]);
});

it('a variant is named by its preset and by what differs from that', () => {
  expect(describeVariant(td3Bc, { discount: 0.9 })).toEqual(['discount-0.9']);
  expect(describeVariant(td3Bc, { hiddenSize: 64, discount: 0.9 })).toEqual(
    describeVariant(td3Bc, { discount: 0.9, hiddenSize: 64 }),
  );
  expect(describeVariant(lamo, { contextLength: 5 }, 'hopper')).toEqual(['hopper', 'context-length-5']);
});

it('what is long, or no name for a folder, is shortened to a hash that tells variants apart', () => {
  const name = (path: string) => describeVariant(lamo, { backbone: path })[0];
  expect(name('/models/one')).toMatch(/^[0-9a-f]{8}$/);
  expect(name('/models/one')).not.toBe(name('/models/two'));
  const many = { hiddenSize: 64, batchSize: 32, learningRate: 1e-3, discount: 0.9 };
  expect(describeVariant(td3Bc, many)[0]).toMatch(/^[0-9a-f]{8}$/);
});
