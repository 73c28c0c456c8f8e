import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openDevice } from '../devices/open-device';
import { type AdamState, adam, initAdam } from '../optimizers/adam';
import { type HostArray, hostArray, treeEntries } from '../tree';
import { valueAndGradients } from '../value-and-gradients';
import { packState } from './pack-state';
import type { StepFunction } from './program';
import { traceProgram } from './trace-program';

type Weights<Leaf> = Readonly<Record<'first' | 'second' | 'bias', Leaf>>;
interface State<Leaf> extends Readonly<Record<string, Weights<Leaf> | AdamState<Leaf>>> {
  readonly weights: Weights<Leaf>;
  readonly optimizer: AdamState<Leaf>;
}

const waves = (shape: number[], size: number) =>
  hostArray(
    shape,
    Array.from({ length: size }, (_, i) => Math.sin(i + size)),
  );
const weights = { first: waves([3, 4], 12), second: waves([4, 2], 8), bias: waves([2], 2) };
const optimizer = adam({ learningRate: 0.01, maxGradientNorm: 0.5 });

/** Fits y = tanh(x · first) · second + bias. */
const fit: StepFunction = (tree, { x, y }) => {
  const state = tree as unknown as State<tf.Tensor>;
  const { loss, gradients } = valueAndGradients(state.weights, ({ first, second, bias }) => {
    const hidden = tf.tanh(tf.matMul(x as tf.Tensor2D, first as tf.Tensor2D));
    const made = tf.add(tf.matMul(hidden as tf.Tensor2D, second as tf.Tensor2D), bias);
    return { loss: tf.mean(tf.square(tf.sub(made, y!))) as tf.Scalar };
  });
  const update = optimizer.update(gradients, state.optimizer, state.weights);
  return { state: { weights: update.parameters, optimizer: update.state }, outputs: { loss } };
};

/** Reads one layer alone. */
const look: StepFunction = (tree) => ({
  outputs: { size: tf.sum(tf.abs((tree as unknown as State<tf.Tensor>).weights.second)) },
});

const program = {
  state: { weights, optimizer: initAdam(weights) },
  inputs: { x: [5, 3], y: [5, 2] },
  variants: { fit, look },
};

describe('packed state', () => {
  const { graphs, packs } = packState(Object.values(traceProgram(program)).map(({ graph }) => graph));

  it('puts the leaves that an optimiser joins into one vector', () => {
    expect(packs).toEqual([
      {
        name: 'pack/0',
        size: 22,
        leaves: [
          { name: 'state/weights/first', offset: 0, size: 12 },
          { name: 'state/weights/second', offset: 12, size: 8 },
          { name: 'state/weights/bias', offset: 20, size: 2 },
        ],
      },
    ]);
  });

  it('neither joins the state nor splits it again', () => {
    const [fitting] = graphs;
    const isLeaf = (name: string | undefined) => name?.startsWith('state/weights') === true;
    const joins = fitting!.nodes.filter(
      ({ kernel, inputs }) =>
        kernel === 'Concat' && Object.values(inputs).some((part) => isLeaf(part.node.name)),
    );
    expect(joins).toEqual([]);
    expect(fitting!.nodes.filter(({ kernel }) => kernel === 'SplitV')).toEqual([]);
    expect([...fitting!.outputs.keys()]).toContain('pack/0');
    expect([...fitting!.outputs.keys()].filter(isLeaf)).toEqual([]);
  });

  it('lets a step read one leaf of a vector', () => {
    expect([...graphs[1]!.inputs].filter(([name]) => name === 'state/weights/second')).toHaveLength(1);
    expect(graphs[1]!.nodes.some(({ name }) => name === 'pack/0')).toBe(false);
  });

  it('steps as the plain tfjs device does', async () => {
    const [compiled, eager] = await Promise.all(
      (['cpu', 'tfjs-cpu'] as const).map(async (name) => {
        const executable = await (await openDevice(name)).compile(program);
        const x = waves([5, 3], 15).data;
        executable.inputs.x!.set(x);
        executable.inputs.y!.set(x.subarray(0, 10));
        for (let step = 0; step < 20; step++) await executable.run('fit');
        await executable.run('look');
        const state = treeEntries<HostArray>(await executable.readState());
        const size = executable.outputs.look.size![0]!;
        await executable.dispose();
        return { state, size };
      }),
    );
    // Twenty steps of rounding.
    const closeness = { relative: 1e-4, absolute: 1e-6 };
    expect(compiled!.state.map(([path]) => path)).toEqual(eager!.state.map(([path]) => path));
    compiled!.state.forEach(([, { data }], i) => {
      expect(data).toBeAllClose(eager!.state[i]![1].data, closeness);
    });
    expect([compiled!.size]).toBeAllClose([eager!.size], closeness);
  });
});
