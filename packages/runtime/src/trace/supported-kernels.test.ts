import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelCases } from '../../test/kernels/index';
import { runEager } from '../../test/run-compiled';
import { lowerings } from '../onnx/lower/index';
import { rewrites } from './rewrites/index';
import { shapeRules } from './shapes/index';
import { supportedKernels } from './supported-kernels';

describe('the kernels that can be compiled', () => {
  it('are tested, all of them and no others', () => {
    const tested = new Set(kernelCases.map(({ kernel }) => kernel));
    expect([...tested].sort()).toEqual([...supportedKernels]);
  });

  it('have a lowering if graphs can hold them, and none if they are always rewritten', () => {
    expect(Object.keys(lowerings).sort()).toEqual(Object.keys(shapeRules).sort());
    expect(Object.keys(rewrites).filter((kernel) => kernel in shapeRules)).toEqual([]);
  });

  // The others are called by their kernel's name.
  const byFunction = kernelCases.filter(({ kernel }) => tf.getKernel(kernel, 'cpu') !== undefined);

  it.each(byFunction)('$kernel is what $call calls', async ({ kernel, samples }) => {
    const drawn = fc.sample(samples, 10);
    const called = await tf.profile(() => {
      for (const { fn, reference = fn, operands } of drawn) runEager(reference, operands);
    });
    expect(called.kernelNames).toContain(kernel);
  });
});
