import fc from 'fast-check';
import { describe, it } from 'vitest';
import { checkSample } from '../../test/kernels/check';
import { reductionCases } from '../../test/kernels/reduction';

describe('every reduction kernel equals tfjs-cpu, forward and gradient', () => {
  it.each(reductionCases)('$kernel, called by $call', async (kernelCase) => {
    await fc.assert(
      fc.asyncProperty(kernelCase.samples, (sample) => checkSample(kernelCase, sample)),
      { numRuns: 24 },
    );
  });
});
