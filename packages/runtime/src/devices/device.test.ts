import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { withXla } from '../../../../test/with-xla';
import type { StepFunction } from '../compile/program';
import { type HostArray, hostArray } from '../tree';
import { openOnnxRuntime } from './onnxruntime';
import { type DeviceName, openDevice } from './open-device';

/** A running sum: every step adds the input and some noise, `reset` starts again from the mean. */
const add: StepFunction = (state, { x }, noise) => {
  const { sum, factor } = state as Record<'sum' | 'factor', tf.Tensor>;
  const draws = tf.add(noise.normal([2]), noise.uniform([2]));
  const next = tf.add(tf.add(sum, tf.mul(x!, factor)), draws);
  return { state: { sum: next, factor }, outputs: { total: tf.sum(next), draws } };
};
const reset: StepFunction = (state) => {
  const { sum, factor } = state as Record<'sum' | 'factor', tf.Tensor>;
  return { state: { sum: tf.mul(tf.onesLike(sum), tf.mean(sum)), factor }, outputs: {} };
};
const program = {
  state: { sum: hostArray([2], [1, 3]), factor: hostArray([], [10]) },
  inputs: { x: [2] },
  variants: { add, reset },
};
/** Draws 0.5, 0.5, … and 0.25, 0.25, … */
const noise = {
  fillNormal: (target: Float32Array) => void target.fill(0.5),
  fillUniform: (target: Float32Array) => void target.fill(0.25),
  fillDropout: (target: Float32Array, rate: number) => void target.fill(1 / (1 - rate)),
};

describe.each(withXla('cpu', 'tfjs-cpu'))('the device %s', (name) => {
  it('steps a state through variants, with inputs and noise', async () => {
    const executable = await (await openDevice(name)).compile(program);
    executable.inputs.x!.set([1, 2]);
    await executable.run('add', noise);
    expect([...executable.outputs.add.draws!]).toEqual([0.75, 0.75]);
    expect(executable.outputs.add.total![0]).toBe(35.5);
    await executable.run('reset');
    await executable.run('add', noise);
    const { sum, factor } = (await executable.readState()) as Record<'sum' | 'factor', HostArray>;
    expect([...sum!.data]).toEqual([28.5, 38.5]);
    expect([...factor!.data]).toEqual([10]);
    await executable.dispose();
  });

  it('writes into the same output arrays at every step', async () => {
    const executable = await (await openDevice(name)).compile(program);
    await executable.run('add', noise);
    const total = executable.outputs.add.total!;
    const before = total[0]!;
    await executable.run('add', noise);
    expect(executable.outputs.add.total).toBe(total);
    expect(total[0]).toBe(before + 1.5);
    await executable.dispose();
  });

  it('copies its state out, and takes one of the same shapes in', async () => {
    const executable = await (await openDevice(name)).compile(program);
    const saved = (await executable.readState()) as Record<'sum' | 'factor', HostArray>;
    await executable.run('add', noise);
    expect([...saved.sum!.data]).toEqual([1, 3]);
    await executable.writeState(saved);
    expect(await executable.readState()).toEqual(saved);
    await expect(executable.writeState({ ...saved, factor: hostArray([1], [1]) })).rejects.toThrow(
      /Expected factor \[\], received factor \[1\]/,
    );
    await executable.dispose();
  });

  it('asks for a source of noise when the step draws some', async () => {
    const executable = await (await openDevice(name)).compile(program);
    await expect(executable.run('add')).rejects.toThrow(expect.objectContaining({ code: 'missing-noise' }));
    await executable.dispose();
  });

  it('returns whole numbers, and yes and no, as floats', async () => {
    const step: StepFunction = (_, { x }) => ({
      outputs: { count: tf.cast(x!, 'int32'), positive: tf.greater(x!, 0) },
    });
    const executable = await (await openDevice(name)).compile({ ...program, variants: { step } });
    executable.inputs.x!.set([3, -2]);
    await executable.run('step');
    expect([...executable.outputs.step.count!]).toEqual([3, -2]);
    expect([...executable.outputs.step.positive!]).toEqual([1, 0]);
    await executable.dispose();
  });

  it('takes gradients that tfjs itself gets wrong', async () => {
    // tfjs's gradient of a product of elements throws in Node.
    const step: StepFunction = (_, { x }) => ({ outputs: { slope: tf.grad((y) => tf.prod(y))(x!) } });
    const executable = await (await openDevice(name)).compile({ ...program, variants: { step } });
    executable.inputs.x!.set([3, 5]);
    await executable.run('step');
    expect([...executable.outputs.step.slope!]).toEqual([5, 3]);
    await executable.dispose();
  });

  it('draws dropout, and hands over what is frozen, and others in its place', async () => {
    const step: StepFunction = (_, { x }, noise, frozen) => {
      const { weight } = frozen as { weight: tf.Tensor };
      return { outputs: { y: tf.mul(tf.mul(x!, weight), noise.dropout([2], 0.5)) } };
    };
    const frozen = { weight: hostArray([2], [3, 4]) };
    const executable = await (await openDevice(name)).compile({ ...program, frozen, variants: { step } });
    executable.inputs.x!.set([1, 10]);
    await executable.run('step', noise);
    expect([...executable.outputs.step.y!]).toEqual([6, 80]);
    expect(Object.keys(await executable.readState())).toEqual(['sum', 'factor']);
    await executable.writeFrozen({ weight: hostArray([2], [5, 6]) });
    await executable.run('step', noise);
    expect([...executable.outputs.step.y!]).toEqual([10, 120]);
    await expect(executable.writeFrozen({ weight: hostArray([1], [5]) })).rejects.toThrow(
      /Expected weight \[2\], received weight \[1\]/,
    );
    await executable.dispose();
  });

  it('leaves the current tfjs backend as it was', async () => {
    const before = tf.engine().backendName;
    const executable = await (await openDevice(name)).compile(program);
    await executable.run('reset');
    expect(tf.engine().backendName).toBe(before);
    await executable.dispose();
  });
});

describe('frozen numbers on the device cpu', () => {
  it('stay where they are: no step reads a copy', async () => {
    const weight = hostArray([2], [3, 4]);
    const step: StepFunction = (_, { x }, _noise, frozen) => ({
      outputs: { y: tf.mul(x!, (frozen as { weight: tf.Tensor }).weight) },
    });
    const device = await openDevice('cpu');
    const executable = await device.compile({ ...program, frozen: { weight }, variants: { step } });
    executable.inputs.x!.set([1, 10]);
    await executable.run('step');
    weight.data.set([5, 6]);
    await executable.run('step');
    expect([...executable.outputs.step.y!]).toEqual([5, 60]);
    await executable.dispose();
  });

  it('are others in every way to run a step, tried before or not, once others replaced them', async () => {
    const step: StepFunction = (_, { x }, _noise, frozen) => ({
      outputs: { y: tf.mul(x!, (frozen as { weight: tf.Tensor }).weight) },
    });
    const device = await openOnnxRuntime({ provider: 'cpu', threads: [1, 2] });
    const frozen = { weight: hostArray([2], [3, 4]) };
    const executable = await device.compile({ ...program, frozen, variants: { step } });
    executable.inputs.x!.set([1, 10]);
    await executable.run('step');
    await executable.writeFrozen({ weight: hostArray([2], [5, 6]) });
    // Three ways, of which each is tried four times.
    for (let i = 0; i < 14; i++) {
      await executable.run('step');
      expect([...executable.outputs.step.y!]).toEqual([5, 60]);
    }
    await executable.dispose();
  });
});

describe('a step that does not return the state it was given', () => {
  const compileWith = async (step: StepFunction) =>
    (await openDevice('cpu')).compile({ ...program, variants: { step } });

  it('is refused when it is async', async () => {
    const step = (async () => ({ outputs: {} })) as unknown as StepFunction;
    await expect(compileWith(step)).rejects.toThrow(/returned no outputs.*received a promise/);
  });

  it('is refused when a leaf is missing, naming the leaf', async () => {
    const step: StepFunction = (state) => ({
      state: { sum: (state as { sum: tf.Tensor }).sum },
      outputs: {},
    });
    await expect(compileWith(step)).rejects.toThrow(/'factor'.*Expected float32 \[\], received nothing/);
  });

  it('is refused when a shape differs', async () => {
    const step: StepFunction = (state) => ({
      state: { ...(state as Record<string, tf.Tensor>), sum: tf.zeros([3]) },
      outputs: {},
    });
    await expect(compileWith(step)).rejects.toThrow(/'sum'.*Expected float32 \[2\], received float32 \[3\]/);
  });

  it('is refused when there is one leaf too many', async () => {
    const step: StepFunction = (state) => ({
      state: { ...(state as Record<string, tf.Tensor>), more: tf.zeros([3]) },
      outputs: {},
    });
    await expect(compileWith(step)).rejects.toThrow(/'more'.*Expected no such leaf/);
  });
});

describe('openDevice', () => {
  it.each<DeviceName>(['coreml', 'dml', 'tfjs-node', 'tfjs-node-gpu'])(
    'says how to get %s where it is not there',
    async (name) => {
      const missing = process.platform === 'linux';
      const opened = openDevice(name).then(
        () => 'opened',
        (error) => error.code,
      );
      expect(await opened).toBe(missing ? 'device-unavailable' : await opened);
    },
  );

  it('names the devices there are when asked for another', async () => {
    await expect(openDevice('tpu' as DeviceName)).rejects.toThrow(
      /no device 'tpu'. Expected cpu, cuda, xla, xla:cuda, xla:cpu, webgpu/,
    );
  });
});
