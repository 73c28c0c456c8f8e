import { type DatasetWarning, LamoError } from '@lamo/core';
import type { NumberArray } from '../../hdf5-column';
import { type Episode, WHOLE } from '../episode';
import { type NumberSource, sourceOf, widthOf } from '../number-source';

type Arrays = ReadonlyMap<string, NumberSource | LamoError>;

/** Tells a set of OGBench: it has no rewards, and no time-outs beside its terminals. */
export function isOgbench(arrays: Arrays): boolean {
  const others = ['rewards', 'timeouts', 'next_observations'];
  return (
    ['observations', 'actions', 'terminals'].every((key) => arrays.has(key)) &&
    !others.some((key) => arrays.has(key))
  );
}

/**
 * Cuts the arrays of an OGBench set into trajectories. Source: `load_dataset` of ogbench/utils.py.
 *
 * @throws LamoError `length-mismatch`, and why an array cannot be read
 */
export function ogbenchEpisodes(path: string, arrays: Arrays): Episode[] {
  const read = new Map(
    [...arrays].filter(([, array]) => !LamoError.isInstance(array)) as [string, NumberSource][],
  );
  const need = (key: string) => {
    const array = arrays.get(key)!;
    if (LamoError.isInstance(array)) throw array;
    return array;
  };
  const [seen, actions, ends] = ['observations', 'actions', 'terminals'].map(need) as [
    NumberSource,
    NumberSource,
    NumberSource,
  ];
  const rows = seen.shape[0] ?? 0;
  for (const array of [actions, ends]) if (array.shape[0] !== rows) throw wrongLength(path, array, rows);
  const infos = [...read].filter(([key, { shape }]) => !MAIN.has(key) && shape[0] === rows);
  const lasts = ends.read((flags) =>
    Array.from(flags as ArrayLike<number>, (flag, row) => (flag ? row : -1)).filter((row) => row >= 0),
  );
  if (lasts.at(-1) !== rows - 1) lasts.push(rows - 1);
  const columns = new Map(
    [['observations', seen] as const, ['actions', actions] as const, ...infos].map(([key, array]) => [
      key,
      cutter(array),
    ]),
  );
  const zeros = new Float32Array(rows);
  return lasts.map((last, i) => {
    const start = i === 0 ? 0 : lasts[i - 1]! + 1;
    const steps = last - start;
    const cut = (key: string, length: number) => columns.get(key)!(start, length);
    const none = sourceOf('rewards', [steps], zeros.subarray(0, steps));
    return {
      name: `trajectory ${i}`,
      rows: steps,
      observations: new Map([[WHOLE, cut('observations', steps + 1)]]),
      actions: cut('actions', steps),
      rewards: none,
      terminated: none,
      infos: new Map(infos.map(([key]) => [key.replace(/^infos\//, ''), cut(key, steps)])),
    };
  });
}

const MAIN = new Set(['observations', 'actions', 'terminals']);

/** Reads an array once, for all its pieces. */
function cutter(array: NumberSource): (start: number, rows: number) => NumberSource {
  const width = widthOf(array);
  const numbers = array.read((view): NumberArray => view);
  return (start, rows) =>
    sourceOf(
      array.key,
      [rows, ...array.shape.slice(1)],
      numbers.subarray(start * width, (start + rows) * width),
    );
}

/** Says that there are no rewards. */
export function ogbenchWarning(path: string): DatasetWarning {
  const fact = `${path} is a set of OGBench, which has no rewards: all of them are 0, and every trajectory ends by a time limit`;
  return {
    code: 'no-rewards',
    message: `${fact}. Learn from it by imitation, or write rewards for your task into it.`,
  };
}

function wrongLength(path: string, { key, shape }: NumberSource, rows: number): LamoError {
  return new LamoError({
    where: 'data/npz',
    code: 'length-mismatch',
    problem: `\`${key}\` and \`observations\` of ${path} have different lengths`,
    expected: `${rows} rows`,
    received: shape.length === 0 ? 'a single number' : `${shape[0]}`,
  });
}
