import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkStacking } from '../../test/kernels/check-stacking';
import { kernelCases } from '../../test/kernels/index';
import type { TensorFunction } from '../../test/run-compiled';
import { runOnOnnxRuntime } from '../../test/run-graph';
import { runGraphOnXla } from '../../test/xla/run-on-xla';
import type { Graph, Node } from '../trace/graph';
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

/** Traces a function of floats, and of integers where a name begins with `at`. */
function graphOf(shapes: Readonly<Record<string, readonly number[]>>, fn: TensorFunction): Graph {
  return trace((tracer) => {
    const inputs = Object.entries(shapes).map(([name, shape]) =>
      tracer.input(name, { shape, dtype: name.startsWith('at') ? 'int32' : 'float32' }),
    );
    return { y: fn(...inputs) as tf.Tensor };
  });
}

const isShared = (port: string) => /shared/i.test(port);

describe('what copies share is not repeated', () => {
  const product: TensorFunction = (x, w) => tf.matMul(x!, w!);
  it.each([
    ['a matrix', { x: [4, 3], shared: [3, 2] }, product, ['Reshape', 'BatchMatMul', 'Reshape']],
    [
      'a matrix and a bias',
      { x: [4, 3], shared: [3, 2], sharedBias: [2] },
      (x, w, bias) => tf.add(tf.matMul(x!, w!), bias!),
      ['Reshape', '_FusedMatMul', 'Reshape'],
    ],
    ['rows', { shared: [4, 3], w: [3, 2] }, product, ['BatchMatMul']],
    ['a table', { shared: [4, 3], at: [5] }, (x, at) => tf.gather(x!, at!), ['GatherV2']],
    ['places', { x: [4, 3], atShared: [5] }, (x, at) => tf.gather(x!, at!), ['GatherV2']],
    ['an addend', { x: [4, 3], shared: [4, 3] }, (x, y) => tf.add(x!, y!), ['Add']],
    [
      'a condition',
      { x: [4, 3], shared: [3] },
      (x, y) => tf.where(tf.greater(y!, 0), x!, 0),
      ['Greater', 'Select'],
    ],
  ] satisfies [string, Record<string, number[]>, TensorFunction, string[]][])(
    '%s',
    (_, shapes, fn, kernels) => {
      const { nodes } = stackGraph(graphOf(shapes, fn), 3, isShared);
      expect(kernelsOf(nodes)).toEqual(kernels);
    },
  );

  it('nor is a matrix of each copy for the batches that it is multiplied with', () => {
    const { nodes } = stackGraph(graphOf({ x: [5, 4, 3], w: [3, 2] }, product), 3, isShared);
    expect(nodes.find(({ kernel }) => kernel === 'BatchMatMul')!.inputs).toMatchObject({
      a: { shape: [3, 20, 3] },
      b: { shape: [3, 3, 2] },
    });
  });

  it('and what depends on nothing else is computed once', () => {
    const { nodes } = stackGraph(
      graphOf({ x: [4], shared: [4] }, (x, y) => tf.add(x!, tf.exp(y!))),
      3,
      isShared,
    );
    expect(nodes.find(({ kernel }) => kernel === 'Exp')!.outputs[0]!.shape).toEqual([4]);
  });
});

const kernelsOf = (nodes: readonly Node[]) =>
  nodes.map(({ kernel }) => kernel).filter((kernel) => !['$input', '$constant'].includes(kernel));

const column = (at: tf.Tensor) => tf.reshape(at, [-1, 1]);
const two = (x: tf.Tensor) => tf.slice(x, [0, 0], [2, 2]);

describe.each(engines)('places of a copy on $name', ({ run }) => {
  const isXla = run === runGraphOnXla;

  it.skipIf(run === undefined).each<[string, TensorFunction]>([
    ['tf.gather', (x, at) => tf.gather(x!, at!)],
    ['tf.gather of integers', (x, at) => tf.cast(tf.gather(tf.cast(x!, 'int32'), at!), 'float32')],
    ['tf.gather along another axis', (x, at) => tf.gather(tf.transpose(x!), at!, 1)],
    ['tf.gatherND', (x, at) => tf.gatherND(x!, column(at!))],
    ['tf.scatterND', (x, at) => tf.scatterND(column(at!), two(x!), [3, 2])],
    ['tf.tensorScatterUpdate', (x, at) => tf.tensorScatterUpdate(x!, column(at!), two(x!))],
  ])('count from its own end, and end there: %s', async (_, fn) => {
    const graph = graphOf({ x: [3, 2], at: [2] }, fn);
    const stack = stackGraph(graph, 3, isShared);
    // onnxruntime refuses places that do not exist.
    const places = [
      [0, -1],
      [1, 0],
      [-2, 2],
      ...(isXla
        ? [
            [0, 3],
            [1, 0],
            [-4, 2],
          ]
        : []),
    ];
    for (let first = 0; first < places.length; first += 3) {
      const at = places.slice(first, first + 3);
      const x = Float32Array.from({ length: 18 }, (_, i) => i + 1);
      const copies = at.map((each, i) => ({ x: x.slice(6 * i, 6 * i + 6), at: Int32Array.from(each) }));
      const alone = await run!(graph, ...copies);
      const [together] = await run!(stack, { x, at: Int32Array.from(at.flat()) });
      expect(together!.y).toEqual(Float32Array.from(alone.flatMap(({ y }) => [...y!])));
    }
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
