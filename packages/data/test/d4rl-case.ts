import { join } from 'node:path';
import { writeHdf5 } from './write-hdf5';

/** Rows of {@link VALID}. */
export const ROWS = 5;

type Arrays = Parameters<typeof writeHdf5>[1];

/** An array of numbers that count up. */
export const floats = (shape: number[]) => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
});

/** Flags as D4RL's early sets have them, as floats. */
export const flags = (...values: number[]) => ({
  shape: [values.length],
  data: Float32Array.from(values),
});

/** The arrays of a small file in D4RL's layout: an episode is terminated after two rows, and one cut after two more. */
export const VALID = {
  observations: floats([ROWS, 3]),
  actions: floats([ROWS, 2]),
  rewards: floats([ROWS]),
  terminals: flags(0, 1, 0, 0, 0),
  timeouts: flags(0, 0, 0, 1, 0),
};

/** Writes a file that differs from a valid one in some arrays; `undefined` leaves one out. */
export async function writeCase(
  folder: string,
  changes: Readonly<Record<string, Arrays[string] | undefined>>,
): Promise<string> {
  const path = join(folder, 'case.hdf5');
  const arrays = Object.entries({ ...VALID, ...changes }).filter((entry) => entry[1] !== undefined);
  await writeHdf5(path, Object.fromEntries(arrays) as Arrays);
  return path;
}
