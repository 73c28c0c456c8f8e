import { LamoError } from '@lamo/core';
import { type NumpyArray, numpyType } from '../numpy-array';

/**
 * Reads the header of an array that NumPy saved (`.npy`, versions 1 to 3); its numbers stay where they are.
 * Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 *
 * @throws LamoError `damaged-file`
 */
export function parseNpy(path: string, key: string, bytes: Buffer): NumpyArray {
  const isNpy = bytes.length >= 12 && bytes.toString('latin1', 0, 6) === '\x93NUMPY';
  if (!isNpy) throw damaged(path, key, 'something else than an array of NumPy');
  const isShort = bytes[6] === 1;
  const start = isShort ? 10 : 12;
  const end = start + (isShort ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8));
  if (end > bytes.length || end - start > MOST_HEADER)
    throw damaged(path, key, 'a header that is longer than the array');
  const header = bytes.toString('latin1', start, end);
  const shape = /'shape':\s*\(([\d\s,L]*)\)/.exec(header)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  // A type with fields is a list.
  const [, name, fields] = /'descr':\s*(?:'([^']*)'|(\[))/.exec(header) ?? [];
  if (shape === undefined || order === undefined || (name ?? fields) === undefined)
    throw damaged(path, key, 'a header without shape, order and type');
  const sides = shape.split(',').map((side) => side.replace('L', '').trim());
  return {
    shape: sides.filter((side) => side !== '').map(Number),
    typeName: name ?? 'a type with fields',
    type: name === undefined ? undefined : numpyType(name),
    isFortran: order === 'True',
    bytes: bytes.subarray(end),
  };
}

/** The header of an array of 32 dimensions takes some hundred bytes. */
const MOST_HEADER = 65_536;

function damaged(path: string, key: string, received: string): LamoError {
  return new LamoError({
    where: 'data/npz',
    code: 'damaged-file',
    problem: `\`${key}\` of ${path} is not an array`,
    received,
    hint: 'Download or copy the file again.',
  });
}
