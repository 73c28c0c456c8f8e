import fc from 'fast-check';
import { describe, it } from 'vitest';
import { checkSample } from '../../test/kernels/check';
import { linearCases } from '../../test/kernels/linear';

describe('every linear kernel equals tfjs-cpu, forward and gradient', () => {
  it.each(linearCases)('$kernel, called by $call', async (kernelCase) => {
    await fc.assert(
      fc.asyncProperty(kernelCase.samples, (sample) => checkSample(kernelCase, sample)),
      { numRuns: 24 },
    );
  });
});
