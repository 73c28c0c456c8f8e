import fc from 'fast-check';
import { describe, it } from 'vitest';
import { arrangementCases } from '../../test/kernels/arrangement';
import { checkSample } from '../../test/kernels/check';

describe('every arrangement kernel equals tfjs-cpu, forward and gradient', () => {
  it.each(arrangementCases)('$kernel, called by $call', async (kernelCase) => {
    await fc.assert(
      fc.asyncProperty(kernelCase.samples, (sample) => checkSample(kernelCase, sample)),
      { numRuns: 24 },
    );
  });
});
