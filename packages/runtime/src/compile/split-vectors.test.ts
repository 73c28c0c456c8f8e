import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { runOnOnnxRuntime } from '../../test/run-graph';
import { adam, initAdam } from '../optimizers/adam';
import type { Graph } from '../trace/graph';
import { hostArray, sizeOf, type Tree } from '../tree';
import { valueAndGradients } from '../value-and-gradients';
import { piecePort, splitVectors } from './split-vectors';
import { traceProgram } from './trace-program';

const parameters = { bias: hostArray([2], [0.1, -0.2]), weight: hostArray([3, 2], [1, -2, 3, 0.5, 0, 2]) };
const OPTIMIZER = ['first', 'second', 'firstWeight', 'secondWeight', 'count'];

/** A step of AdamW with clipped gradients. */
const { step } = traceProgram({
  state: { parameters, optimizer: initAdam(parameters) },
  inputs: { x: [4, 3] },
  variants: {
    step: (tree, { x }) => {
      const state = tree as unknown as Record<'parameters' | 'optimizer', Record<string, tf.Tensor>>;
      const { loss, gradients } = valueAndGradients(state.parameters, ({ weight, bias }) => ({
        loss: tf.mean(
          tf.square(tf.add(tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D), bias!)),
        ) as tf.Scalar,
      }));
      const optimizer = adam({ learningRate: 0.01, maxGradientNorm: 1, weightDecay: 0.1 });
      const update = optimizer.update(gradients, state.optimizer as never, state.parameters);
      const made = { parameters: update.parameters, optimizer: update.state } as unknown as Tree<tf.Tensor>;
      return { state: made, outputs: { loss, norm: update.gradientNorm! } };
    },
  },
});
const { graphs, pieces } = splitVectors([step.graph]);
const [split] = graphs as [Graph];

/** Different numbers for each input, above 0 as second moments are. */
const numbers = (name: string, size: number) =>
  Float32Array.from({ length: size }, (_, i) => 0.3 + Math.abs(Math.sin(i * 1.3 + name.length)));

describe('vectors of an optimiser in pieces', () => {
  it('are taken and given in the pieces of the parameters, and joined nowhere', () => {
    expect([...pieces]).toEqual([
      ['state/optimizer/first', [2, 6]],
      ['state/optimizer/second', [2, 6]],
    ]);
    const joined = split.nodes.filter(({ kernel }) => kernel === 'Concat' || kernel === 'SplitV');
    expect(joined).toEqual([]);
    expect([...split.outputs.keys()]).toContain(piecePort('state/optimizer/first', 1));
    expect(step.graph.nodes.some(({ kernel }) => kernel === 'Concat')).toBe(true);
  });

  it('compute what the whole vectors compute', async () => {
    const whole = Object.fromEntries(
      [...step.graph.inputs].map(([name, { shape }]) => [name, numbers(name, sizeOf(shape))]),
    );
    const inPieces = { ...whole };
    for (const [port, sizes] of pieces) {
      sizes.forEach((size, i) => {
        const from = sizes.slice(0, i).reduce((sum, length) => sum + length, 0);
        inPieces[piecePort(port, i)] = whole[port]!.subarray(from, from + size);
      });
    }
    const [expected] = await runOnOnnxRuntime(step.graph, whole);
    const [received] = await runOnOnnxRuntime(split, inPieces);
    for (const [port, values] of Object.entries(expected!)) {
      const sizes = pieces.get(port);
      const found =
        sizes === undefined ? received![port] : sizes.flatMap((_, i) => [...received![piecePort(port, i)]!]);
      // The norm is added up in another order.
      expect(Float32Array.from(found!), port).toBeAllClose(values, { relative: 1e-6, absolute: 1e-7 });
    }
    expect(Object.keys(expected!).length).toBe(2 + OPTIMIZER.length + 2);
  });
});
