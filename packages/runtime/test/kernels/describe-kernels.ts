import fc from 'fast-check';
import { describe, it } from 'vitest';
import { checkSample } from './check';
import type { KernelCase } from './kernel-case';

/** Tests kernels on random operands: compiled, they compute what tfjs-cpu computes, and so do their gradients. */
export function describeKernels(kind: string, cases: readonly KernelCase[]): void {
  describe(`every ${kind} kernel equals tfjs-cpu, forward and gradient`, () => {
    it.each(cases)('$kernel, called by $call', async (kernelCase) => {
      const property = fc.asyncProperty(kernelCase.samples, (sample) => checkSample(kernelCase, sample));
      // A failure prints the seed that repeats it.
      await fc.assert(property, { numRuns: 24 });
    });
  });
}
