import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { RunFunction } from '../run-compiled';
import { checkSample } from './check';
import type { KernelCase } from './kernel-case';

/** How kernels are run, if not by onnxruntime. */
interface Engine {
  readonly name: string;
  /** Undefined where it is missing: its tests are skipped. */
  readonly run: RunFunction | undefined;
  /** Samples of each kernel. @default 24 */
  readonly count?: number;
}

/** Tests kernels on random operands: compiled, they compute what tfjs-cpu computes, and so do their gradients. */
export function describeKernels(kind: string, cases: readonly KernelCase[], engine?: Engine): void {
  const where = engine === undefined ? '' : ` on ${engine.name}`;
  const isMissing = engine !== undefined && engine.run === undefined;
  describe.skipIf(isMissing)(`every ${kind} kernel${where} equals tfjs-cpu, forward and gradient`, () => {
    it.each(cases)('$kernel, called by $call', async (kernelCase) => {
      const property = fc.asyncProperty(kernelCase.samples, (sample) =>
        checkSample(kernelCase, sample, engine?.run),
      );
      // A failure prints the seed that repeats it.
      await fc.assert(property, { numRuns: engine?.count ?? 24 });
    });
  });
}
