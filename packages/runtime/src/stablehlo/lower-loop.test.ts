import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { jaxPath } from '../../../../test/fixtures';
import { runLoop } from '../../test/xla/run-loop';
import { ports } from '../compile/ports';
import type { Program, StepFunction } from '../compile/program';
import { openDevice } from '../devices/open-device';
import { adam, initAdam } from '../optimizers/adam';
import { type HostArray, hostArray, type Tree, treeEntries } from '../tree';
import { valueAndGradients } from '../value-and-gradients';

const LENGTH = 4;

type Leaf = tf.Tensor;
type State = {
  critic: { weight: Leaf; bias: Leaf };
  actor: { weight: Leaf };
  optimizer: ReturnType<typeof initAdam> & Record<string, Leaf>;
};

const numbers = (shape: number[], phase: number) =>
  hostArray(
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 1.7 + phase)),
  );

const parameters = { weight: numbers([3, 2], 1), bias: numbers([2], 2) };

/** A regression with Adam; every second step moves another part of the state after it. */
const program: Program<'critic' | 'both'> = {
  state: { critic: parameters, actor: { weight: numbers([3, 2], 3) }, optimizer: initAdam(parameters) },
  frozen: { scale: hostArray([], [2]) },
  inputs: { x: [5, 3], y: [5, 2] },
  variants: { critic: step(false), both: step(true) },
};

function step(isBoth: boolean): StepFunction {
  return (tree, { x, y }, _, frozen) => {
    const state = tree as unknown as State;
    const { scale } = frozen as { scale: tf.Tensor };
    const { loss, gradients } = valueAndGradients(state.critic, ({ weight, bias }) => ({
      loss: tf.mean(
        tf.square(
          tf.sub(tf.mul(tf.add(tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D), bias), scale), y!),
        ),
      ) as tf.Scalar,
    }));
    const update = adam({ learningRate: 0.01, maxGradientNorm: 1 }).update(
      gradients,
      state.optimizer as never,
      state.critic,
    );
    const actor = isBoth
      ? { weight: tf.add(tf.mul(state.actor.weight, 0.9), tf.mul(update.parameters.weight, 0.1)) }
      : state.actor;
    return {
      state: { critic: update.parameters, actor, optimizer: update.state } as unknown as Tree<tf.Tensor>,
      outputs: { loss, ...(isBoth ? { size: tf.sum(actor.weight) } : {}) },
    };
  };
}

const batch = (name: string, size: number) =>
  Float32Array.from({ length: size * LENGTH }, (_, i) => Math.cos(i * 0.9 + name.length));
const inputs = { x: batch('x', 15), y: batch('yy', 10) };

/** The same steps one by one, in plain JavaScript. */
async function stepByStep(count: number) {
  const executable = await (await openDevice('tfjs-cpu')).compile(program);
  const outputs: Record<string, number>[] = [];
  for (let i = 0; i < count; i++) {
    const variant = i % 2 === 0 ? 'critic' : 'both';
    executable.inputs.x!.set(inputs.x.subarray(15 * i, 15 * (i + 1)));
    executable.inputs.y!.set(inputs.y.subarray(10 * i, 10 * (i + 1)));
    await executable.run(variant);
    outputs.push(Object.fromEntries(Object.entries(executable.outputs[variant]).map(([n, [v]]) => [n, v!])));
  }
  const state = treeEntries((await executable.readState()) as Tree<HostArray>);
  await executable.dispose();
  return { state, outputs };
}

describe.skipIf(jaxPath() === undefined)('steps in one loop', () => {
  it.each([4, 3])('are those one by one: %i of them', async (count) => {
    const expected = await stepByStep(count);
    const { state, outputs, lowered } = await runLoop({
      ...{ program, inputs, count },
      ...{ cycle: ['critic', 'both'], length: LENGTH },
    });
    // Four steps of float32.
    const closeness = { relative: 1e-5, absolute: 1e-6 };
    for (const [path, { data }] of expected.state) {
      expect(state.get(ports.state(path))).toBeAllClose(data, closeness);
    }
    expected.outputs.forEach((metrics, i) => {
      for (const [name, value] of Object.entries(metrics)) {
        expect(outputs[name]![i]).toBeCloseTo(value, 4);
      }
    });
    expect(lowered.outputsOf).toEqual({ critic: ['loss'], both: ['loss', 'size'] });
  });

  it('go on where others have ended, in the middle of a cycle', async () => {
    const cycle = ['critic', 'both'];
    const shared = { program, cycle, length: LENGTH };
    const whole = await runLoop({ ...shared, inputs, count: 4 });
    const begun = await runLoop({ ...shared, inputs, count: 1 });
    const later = (data: Float32Array, size: number) =>
      Float32Array.from({ length: data.length }, (_, i) => data[i + size] ?? 0);
    const rest = { x: later(inputs.x, 15), y: later(inputs.y, 10) };
    const ended = await runLoop({ ...shared, inputs: rest, count: 3, first: 1, state: begun.state });
    expect(ended.state).toEqual(whole.state);
  });
});
