import { expect, it } from 'vitest';
import { numpySource } from '../numpy-array';
import { parseNpy } from './parse-npy';

/** An array as NumPy saves it: a header, and numbers of 32 bits. */
function npy(version: 1 | 2 | 3, shape: string, ...numbers: number[]): Buffer {
  const header = Buffer.from(`{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }\n`);
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(header.length);
  else length.writeUInt32LE(header.length);
  const start = Buffer.from([0x93, ...Buffer.from('NUMPY'), version, 0]);
  return Buffer.concat([start, length, header, Buffer.from(Float32Array.from(numbers).buffer)]);
}

it.each([1, 2, 3] as const)('an array of version %s is read behind its header', (version) => {
  const array = parseNpy('a.npz', 'x', npy(version, '(2, 1)', 1.5, -2));
  expect(array.shape).toEqual([2, 1]);
  expect(numpySource('a.npz', 'x', array).read((numbers) => Array.from(numbers as Float32Array))).toEqual([
    1.5, -2,
  ]);
});

it.each(['(3,)', '(1,)', '(2, 2)'])('two numbers are no array of %s', (shape) => {
  const array = parseNpy('a.npz', 'x', npy(1, shape, 1, 2));
  expect(() => numpySource('a.npz', 'x', array)).toThrow(/another size than its shape says.*received 8/);
});
