import type { ColumnArray } from '@lamo/core';
import { allocateObservations, type HasObservations } from '@lamo/data';

/** Rows of numbers that are appended one at a time, kept in one array that doubles when it is full. */
export interface GrowingColumn<T extends ColumnArray | Float64Array> {
  readonly width: number;
  /** Appends a copy of a row. @param row [width] */
  push(row: ArrayLike<number>): void;
  /** Copies the appended rows, [rows, width]. */
  values(): T;
}

/** Starts an empty column of 32-bit numbers. */
export function float32Column(width: number): GrowingColumn<Float32Array> {
  return growingColumn(width, (length) => new Float32Array(length));
}

/** Starts an empty column of observations: bytes of images, else 32-bit numbers. */
export function observationColumn(spec: HasObservations): GrowingColumn<ColumnArray> {
  const { observationSize } = spec;
  return growingColumn(observationSize, (length) => allocateObservations(spec, length / observationSize));
}

/** Starts an empty column of 64-bit numbers. */
export function float64Column(width: number): GrowingColumn<Float64Array> {
  return growingColumn(width, (length) => new Float64Array(length));
}

function growingColumn<T extends ColumnArray | Float64Array>(
  width: number,
  allocate: (length: number) => T,
): GrowingColumn<T> {
  let data = allocate(64 * width);
  let used = 0;
  return {
    width,
    push(row) {
      if (used === data.length) {
        const larger = allocate(2 * data.length);
        larger.set(data);
        data = larger;
      }
      data.set(row, used);
      used += width;
    },
    values() {
      const copy = allocate(used);
      copy.set(data.subarray(0, used));
      return copy;
    },
  };
}
