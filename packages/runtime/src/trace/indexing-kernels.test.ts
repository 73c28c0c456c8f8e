import fc from 'fast-check';
import { describe, it } from 'vitest';
import { checkSample } from '../../test/kernels/check';
import { indexingCases } from '../../test/kernels/indexing';

describe('every indexing kernel equals tfjs-cpu, forward and gradient', () => {
  it.each(indexingCases)('$kernel, called by $call', async (kernelCase) => {
    await fc.assert(
      fc.asyncProperty(kernelCase.samples, (sample) => checkSample(kernelCase, sample)),
      { numRuns: 24 },
    );
  });
});
