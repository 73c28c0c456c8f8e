import { expect } from 'vitest';
import { stackGraph } from '../../src/compile/stack-graph';
import type { Operand } from '../run-compiled';
import { type Feeds, type RunGraph, traceFunction } from '../run-graph';
import type { KernelCase, Sample } from './kernel-case';
import { withGradients } from './with-gradients';

const COPIES = [0, 1, 2];

/**
 * Compares what copies of a sample, gradients included, compute at once with what each computes alone: with operands of
 * their own, and with each operand once shared.
 */
export async function checkStacking(kernelCase: KernelCase, sample: Sample, run: RunGraph): Promise<void> {
  const { operands, fn } = withGradients(kernelCase, sample);
  const { graph, results } = traceFunction(fn, operands);
  for (const shared of [undefined, ...operands.keys()]) {
    const ofCopies = COPIES.map((copy) =>
      operands.map((operand, i) => (i === shared ? operand.values : varied(operand, copy))),
    );
    const stack = stackGraph(graph, COPIES.length, (port) => port === String(shared));
    const isStacked = (port: string) => port !== String(shared);
    const [received] = await run(stack, joined(ofCopies.map(feedsOf), isStacked));
    const expected = joined(await run(graph, ...ofCopies.map(feedsOf)), () => true);
    results.forEach(({ shape }, i) => {
      const { relative = 1e-5, absolute = 1e-5 } = kernelCase;
      expect(stack.outputs.get(`y${i}`)!.shape).toEqual([COPIES.length, ...shape]);
      expect(received![`y${i}`], `shared: ${shared}`).toBeAllClose(expected[`y${i}`]!, {
        relative,
        absolute,
      });
    });
  }
}

const feedsOf = (values: readonly Float32Array[]): Feeds =>
  Object.fromEntries(values.map((each, i) => [String(i), each]));

/** Numbers of all copies, one after the other; those of the first for what is shared. */
function joined(copies: readonly Feeds[], isStacked: (port: string) => boolean): Feeds {
  const [first] = copies as [Feeds, ...Feeds[]];
  return Object.fromEntries(
    Object.entries(first).map(([port, values]) => [
      port,
      isStacked(port) ? Float32Array.from(copies.flatMap((copy) => [...copy[port]!])) : values,
    ]),
  );
}

/** Other numbers that suit a kernel as well: rows change places, so that indices stay valid, and floats shrink. */
function varied({ shape, dtype, values }: Operand, copy: number): Float32Array {
  const length = shape.at(-1) ?? 1;
  const factor = dtype === 'float32' ? 1 - copy / 16 : 1;
  return values.map((_, i) => values[(i + copy * length) % values.length]! * factor);
}
