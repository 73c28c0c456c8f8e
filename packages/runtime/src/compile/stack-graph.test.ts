import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkStacking } from '../../test/kernels/check-stacking';
import { kernelCases } from '../../test/kernels/index';
import { runOnOnnxRuntime } from '../../test/run-graph';
import { runGraphOnXla } from '../../test/xla/run-on-xla';
import { shapeRules } from '../trace/shapes/index';
import { trace } from '../trace/trace';
import { stackGraph } from './stack-graph';
import { stackRules } from './stacking/index';

/** XLA takes a second to compile all that one sample needs. */
const engines = [
  { name: 'onnxruntime', run: runOnOnnxRuntime, count: 3 },
  { name: "XLA's compiler for processors", run: runGraphOnXla, count: 1 },
];

describe.each(engines)('several copies of every kernel on $name', ({ run, count }) => {
  it.skipIf(run === undefined).each(kernelCases)('$kernel, called by $call', async (kernelCase) => {
    const property = fc.asyncProperty(kernelCase.samples, (sample) =>
      checkStacking(kernelCase, sample, run!),
    );
    // A failure prints the seed that repeats it.
    await fc.assert(property, { numRuns: count });
  });
});

describe('a kernel without rule for copies', () => {
  it('is none that graphs may have', () => {
    expect(Object.keys(stackRules).sort()).toEqual(Object.keys(shapeRules).sort());
  });

  it('is named if a graph has one nevertheless', () => {
    const graph = trace((tracer) => ({ y: tf.exp(tracer.input('x', { shape: [2], dtype: 'float32' })) }));
    const nodes = graph.nodes.map((node) => (node.kernel === 'Exp' ? { ...node, kernel: 'Expo' } : node));
    const stack = () => stackGraph({ ...graph, nodes }, 2, () => false);
    expect(stack).toThrow(expect.objectContaining({ code: 'unsupported-kernel', received: 'Expo' }));
  });
});
