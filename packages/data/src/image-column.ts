import { LamoError, showValue } from '@lamo/core';
import type { ColumnName, NumberRows } from './columns';

/** Bytes of images: flat, or one flat array for each image. Or numbers of vectors. */
export type ImageRows = NumberRows | Uint8Array | Uint8ClampedArray;

/**
 * Turns images into one flat column of bytes. A Uint8Array is kept, not copied.
 *
 * @param size bytes of one image
 * @param rows how many images there must be
 * @throws LamoError `missing-column`, `length-mismatch`, `wrong-width`, `not-a-byte`
 */
export function imageColumn(name: ColumnName, values: ImageRows, size: number, rows: number): Uint8Array {
  const whole = `${rows} images of ${size} bytes, one per reward`;
  if ((values ?? undefined) === undefined) throw fault(name, 'missing-column', 'is missing', whole, values);
  const isNested = values.length > 0 && typeof values[0] === 'object';
  if (values.length !== (isNested ? rows : rows * size)) {
    const received = `${values.length} ${isNested ? 'rows' : 'numbers'}`;
    throw fault(name, 'length-mismatch', 'and rewards have different lengths', whole, received);
  }
  if (values instanceof Uint8Array) return values;
  const bytes = new Uint8Array(rows * size);
  for (let row = 0; row < rows; row++) {
    const image = isNested ? (values as ArrayLike<ArrayLike<number>>)[row] : undefined;
    if (isNested && image?.length !== size) {
      const received = `${image?.length ?? showValue(image)} in row ${row}`;
      throw fault(
        name,
        'wrong-width',
        'has images of the wrong size',
        `one flat array of ${size} bytes for each`,
        received,
      );
    }
    for (let i = 0; i < size; i++) {
      const byte = image === undefined ? (values as ArrayLike<number>)[row * size + i] : image[i];
      if (!isByte(byte)) {
        const problem = `has something other than a byte in row ${row}, place ${i}`;
        throw fault(name, 'not-a-byte', problem, 'whole numbers from 0 to 255', showValue(byte));
      }
      bytes[row * size + i] = byte;
    }
  }
  return bytes;
}

const isByte = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255;

function fault(
  { dataset, column }: ColumnName,
  code: string,
  problem: string,
  expected: string,
  received: unknown,
): LamoError {
  return new LamoError({
    where: 'data/dataset',
    code,
    problem: `\`${column}\` of \`${dataset}\` ${problem}`,
    expected,
    received: typeof received === 'string' ? received : showValue(received),
  });
}
