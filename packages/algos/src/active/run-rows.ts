import type { Rng } from '@lamo/core';
import type { Executable } from '@lamo/runtime';

/** Rows that networks compute at once. */
export const ROWS_AT_ONCE = 256;

/** Rows of 32-bit floats. */
export interface FloatRows {
  /** Numbers in a row. */
  readonly width: number;
  /** [n, width] */
  readonly data: Float32Array;
}

/**
 * Computes any number of rows by a program of a fixed number, which all of its inputs and outputs have as their first dimension. The last
 * rows are filled up with zeros.
 *
 * @param size rows of the program
 * @param n rows to compute
 * @param fill writes row `row` to place `at` of the inputs
 * @returns the outputs, by name
 */
export async function runRows(
  executable: Executable<'act'>,
  { size, n }: { readonly size: number; readonly n: number },
  fill: (inputs: Executable['inputs'], row: number, at: number) => void,
  rng?: Rng,
): Promise<Record<string, FloatRows>> {
  const found: Record<string, FloatRows> = {};
  for (let start = 0; start < n; start += size) {
    const count = Math.min(size, n - start);
    for (const input of Object.values(executable.inputs)) input.fill(0);
    for (let at = 0; at < count; at++) fill(executable.inputs, start + at, at);
    await executable.run('act', rng);
    for (const [name, values] of Object.entries(executable.outputs.act)) {
      const width = values.length / size;
      found[name] ??= { width, data: new Float32Array(n * width) };
      found[name].data.set(values.subarray(0, count * width), start * width);
    }
  }
  return found;
}
