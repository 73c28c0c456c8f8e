import { LamoError } from '@lamo/core';
import type { Hdf5Column } from './hdf5-column';
import type { Hdf5File } from './hdf5-file';

/**
 * Checks that a file has D4RL's arrays at its root, and recognises other layouts.
 *
 * @throws LamoError `other-layout`, which says how to convert it; unknown layouts pass
 */
export function checkLayout(file: Hdf5File): void {
  const keys = [...file.columns.keys()];
  const known = LAYOUTS.find(({ isLayout }) => isLayout(keys));
  if (known === undefined || file.columns.has('observations')) return;
  const shown = keys.filter((key) => known.pattern.test(key)).slice(0, 4);
  throw new LamoError({
    where: 'data/d4rl',
    code: 'other-layout',
    problem: `${file.path} is ${known.name}, not in D4RL's`,
    expected: 'arrays `observations`, `actions`, `rewards` and `terminals`, all episodes one after the other',
    received: shown.map((key) => `\`${key}\` [${file.columns.get(key)!.shape.join(', ')}]`).join(', '),
    hint: known.hint,
  });
}

/**
 * Returns a hint if an array seems to be transposed, as MATLAB and Julia write arrays.
 *
 * @returns the hint, if so
 */
export function transposedHint({ key, shape }: Hdf5Column, rows: number): string | undefined {
  if (shape.length !== 2 || shape[1] !== rows || shape[0] === rows) return undefined;
  return `\`${key}\` seems to be transposed: MATLAB and Julia store arrays with their dimensions the other way round. Transpose it before it is written.`;
}

interface Layout {
  readonly name: string;
  readonly pattern: RegExp;
  readonly isLayout: (keys: readonly string[]) => boolean;
  readonly hint: string;
}

const layout = (name: string, pattern: RegExp, hint: string): Layout => ({
  ...{ name, pattern, hint },
  isLayout: (keys) => keys.some((key) => pattern.test(key)),
});

const LAYOUTS: readonly Layout[] = [
  layout('in the layout of Minari', /^episode_\d+\//, '`readDataset` reads it, and so does `--dataset`.'),
  layout(
    'in the layout of robomimic',
    /^data\/demo_\d+\//,
    '`readDataset` reads it, and so does `--dataset`.',
  ),
  layout(
    'in a layout with observations in parts',
    /^observations\//,
    'Put the parts of `observations` side by side into one array, always in the same order.',
  ),
];
