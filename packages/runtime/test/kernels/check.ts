import { expect } from 'vitest';
import { type Result, type RunFunction, runCompiled, runEager } from '../run-compiled';
import type { KernelCase, Sample } from './kernel-case';
import { withGradients } from './with-gradients';

/** Compares a compiled sample, and its gradients if tfjs has any, with tfjs-cpu. */
export async function checkSample(
  kernelCase: KernelCase,
  sample: Sample,
  run: RunFunction = runCompiled,
): Promise<void> {
  const { relative = 1e-5, absolute = 1e-5 } = kernelCase;
  const { operands, fn, reference, values, hasGradients } = withGradients(kernelCase, sample);
  const closeness = { relative, absolute };
  const received = await run(fn, operands);
  expectSame(received.slice(0, values.length), values, closeness);
  if (!hasGradients) return;
  const gradients = runEager(reference, operands).slice(values.length);
  expectSame(received.slice(values.length), gradients, closeness);
}

function expectSame(received: readonly Result[], expected: readonly Result[], closeness: object): void {
  const kind = ({ shape, dtype }: Result) => `${dtype} [${shape}]`;
  expect(received.map(kind)).toEqual(expected.map(kind));
  expected.forEach(({ values }, i) => {
    expect(received[i]!.values).toBeAllClose(values, closeness);
  });
}
