import { LamoError } from '@lamo/core';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { explainMemory } from './explain-memory';
import { openDevice } from './open-device';

/** A square of this is more numbers than any machine has room for. */
const HUGE = 2 ** 31;

it('says plainly that arrays are too large for any memory', async () => {
  const device = await openDevice('cpu', { threads: 1 });
  const compiled = device.compile({
    state: {},
    inputs: { x: [HUGE, HUGE] },
    variants: { square: (_, { x }) => ({ outputs: { y: tf.sum(x!) } }) },
  });
  await expect(compiled).rejects.toMatchObject({ code: 'out-of-memory' });
  await expect(compiled).rejects.toThrow(/not enough memory.*smaller/s);
});

it('says plainly that what lies between is too large', async () => {
  const device = await openDevice('cpu', { threads: 1 });
  const executable = await device.compile({
    state: {},
    inputs: { x: [2 ** 24, 1] },
    variants: {
      // 2⁴⁸ products of four bytes: more than processes can address
      spread: (_, { x }) => ({ outputs: { y: tf.sum(tf.exp(tf.matMul(x!, x!, false, true))) } }),
    },
  });
  await expect(executable.run('spread')).rejects.toMatchObject({ code: 'out-of-memory' });
  await executable.dispose();
});

it('leaves other errors as they are', async () => {
  const other = new Error('no such file');
  await expect(explainMemory('here', () => Promise.reject(other))).rejects.toBe(other);
  const own = new LamoError({ where: 'x', code: 'y', problem: 'out of memory', expected: 'z' });
  await expect(explainMemory('here', () => Promise.reject(own))).rejects.toBe(own);
});
