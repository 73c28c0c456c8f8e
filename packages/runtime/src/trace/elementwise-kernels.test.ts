import fc from 'fast-check';
import { describe, it } from 'vitest';
import { checkSample } from '../../test/kernels/check';
import { elementwiseCases } from '../../test/kernels/elementwise';

describe('every elementwise kernel equals tfjs-cpu, forward and gradient', () => {
  it.each(elementwiseCases)('$kernel', async (kernelCase) => {
    await fc.assert(
      fc.asyncProperty(kernelCase.samples, (sample) => checkSample(kernelCase, sample)),
      { numRuns: 24 },
    );
  });
});
