import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { withXla } from '../../../../test/with-xla';
import { type DeviceName, openDevice } from '../../src/devices/open-device';

/** Computes a function of floats and of integers, or says that this fails when it runs. */
async function run(
  name: DeviceName,
  fn: (floats: tf.Tensor1D, integers: tf.Tensor1D) => tf.Tensor,
  floats: readonly number[],
  integers: readonly number[] = [0],
): Promise<number[] | 'an error'> {
  const device = await openDevice(name, { threads: 1 });
  const executable = await device.compile({
    state: {},
    inputs: { floats: [floats.length], integers: [integers.length] },
    variants: {
      run: (_, { floats, integers }) => ({
        outputs: { y: fn(floats as tf.Tensor1D, tf.cast(integers as tf.Tensor1D, 'int32')) },
      }),
    },
  });
  executable.inputs.floats!.set(floats);
  executable.inputs.integers!.set(integers);
  try {
    await executable.run('run');
    return [...executable.outputs.run.y!];
  } catch {
    return 'an error';
  } finally {
    await executable.dispose();
  }
}

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
const column = (integers: tf.Tensor1D) => tf.reshape(integers, [-1, 1]);
const none = (floats: tf.Tensor1D) => tf.slice(floats, [0], [0]);

/** What the page of kernels says of an engine, where it is not what tfjs-cpu gives. */
describe.each(withXla('cpu'))('where results differ from tfjs-cpu, %s', (name) => {
  const isXla = name === 'xla';
  const orError = (withXla: number[]) => (isXla ? withXla : 'an error');
  const numbers = [1, -2, 3];

  it('reads beyond the end as the page says', async () => {
    for (const [index, nearest] of [
      [3, 3],
      [-4, 1],
    ] as const) {
      const places = [0, index];
      expect(await run(name, (x, at) => tf.gather(x, at), numbers, places)).toEqual(orError([1, nan]));
      expect(await run(name, (x, at) => tf.gatherND(x, column(at)), numbers, places)).toEqual(
        orError([1, nan]),
      );
      const integers = (x: tf.Tensor1D, at: tf.Tensor1D) => tf.gather(tf.cast(x, 'int32'), at);
      expect(await run(name, integers, numbers, places)).toEqual(orError([1, nearest]));
    }
    expect(await run(name, (x, at) => tf.gather(x, at), numbers, [0, -1])).toEqual([1, 3]);
  });

  it('writes beyond the end as the page says', async () => {
    const two = (x: tf.Tensor1D) => tf.slice(x, [0], [2]);
    const add = (x: tf.Tensor1D, at: tf.Tensor1D) => tf.scatterND(column(at), two(x), [3]);
    const update = (x: tf.Tensor1D, at: tf.Tensor1D) => tf.tensorScatterUpdate(x, column(at), two(x));
    const segments = (x: tf.Tensor1D, at: tf.Tensor1D) => tf.unsortedSegmentSum(two(x), at, 2);
    for (const index of [3, -4]) {
      expect(await run(name, add, numbers, [0, index])).toEqual(orError([1, 0, 0]));
      expect(await run(name, update, numbers, [1, index])).toEqual(orError([1, 1, 3]));
      expect(await run(name, segments, numbers, [0, index])).toEqual([1, 0]);
    }
    expect(await run(name, add, numbers, [0, -1])).toEqual([1, 0, -2]);
    expect(await run(name, segments, numbers, [0, -1])).toEqual([1, 0]);
  });

  it('divides integers by 0 as the page says', async () => {
    const by = (divide: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) => (x: tf.Tensor1D, zero: tf.Tensor1D) =>
      divide(tf.cast(x, 'int32'), zero);
    expect(await run(name, by(tf.floorDiv), [5, -5], [0, 0])).toEqual(orError([-1, -1]));
    expect(await run(name, by(tf.div), [5, -5], [0, 0])).toEqual(orError([-1, -1]));
    expect(await run(name, by(tf.mod), [5, -5], [0, 0])).toEqual(orError([5, -5]));
  });

  it('has the largest, the smallest and the mean of nothing', async () => {
    const of = (x: tf.Tensor1D) => tf.stack([tf.max(none(x)), tf.min(none(x)), tf.mean(none(x))]);
    expect(await run(name, of, [1])).toEqual([-infinity, infinity, 0]);
  });

  it('treats NaN as the page says', async () => {
    const given = [1, nan, -3];
    expect(await run(name, (x) => tf.sign(x), given)).toEqual([1, nan, -1]);
    expect(await run(name, (x) => tf.step(x), given)).toEqual([1, isXla ? 0 : nan, 0]);
    expect(await run(name, (x) => tf.step(x, 0.5), given)).toEqual([1, 0.5, 0.5]);
    expect(await run(name, (x) => tf.mul(x, 0), [nan, infinity])).toEqual([0, 0]);
  });

  it('counts yes as 1', async () => {
    expect(await run(name, (x) => tf.add(tf.greater(x, 0), tf.greater(x, 0)), numbers)).toEqual([2, 0, 2]);
  });
});
