import type { BatchSource } from '@lamo/data';
import type { HostArray, Program, StepFunction, Tree } from '@lamo/runtime';
import type { AnyAlgorithm, Step } from './algorithm';

/** Turns an algorithm's steps into a program that a device can compile. */
export function trainingProgram(
  algorithm: AnyAlgorithm,
  config: unknown,
  state: Tree<HostArray>,
  source: BatchSource,
): Program {
  const variants = Object.entries(algorithm.steps as Record<string, Step<unknown, unknown>>).map(
    ([name, step]) => {
      const run: StepFunction = (state, batch, noise) => {
        const { state: next, metrics } = step({ state, batch, noise, config });
        return { state: next as typeof state, outputs: metrics };
      };
      return [name, run] as const;
    },
  );
  return { state, inputs: source.shapes, variants: Object.fromEntries(variants) };
}
