import { basename, extname } from 'node:path';
import type {
  ActionSpace,
  ColumnArray,
  Dataset,
  DatasetWarning,
  InfoColumn,
  ObservationSpace,
} from '@lamo/core';
import { LamoError } from '@lamo/core';
import { classCount } from './action-space';
import { type D4rlEndsOptions, endWarnings, truncatedRows } from './d4rl-ends';
import { checkLayout, transposedHint } from './d4rl-layout';
import { readActionSpace, readObservationSpace } from './d4rl-spaces';
import { createDataset, type DatasetInput } from './dataset';
import { type Hdf5Column, isBig, type NumberArray } from './hdf5-column';
import { findColumn, type Hdf5File, withHdf5File } from './hdf5-file';

/** Options of {@link readD4rl}. */
export interface ReadD4rlOptions extends D4rlEndsOptions {
  /** @default the file's name without its ending */
  readonly name?: string;
  /** Reads `infos` too. @default true */
  readonly infos?: boolean;
  /** What actions are chosen from, of a file that does not say so itself: `{ kind: 'discrete', count: 4 }`. @default what the file says, or box */
  readonly actionSpace?: ActionSpace;
  /**
   * What observations are, of a file that does not say so itself: `{ kind: 'vector', parts: { goal: { start: 4, end: 6 } } }`.
   * @default what the file says, or vectors without names
   */
  readonly observationSpace?: ObservationSpace;
}

/**
 * Reads a D4RL file (HDF5) into a dataset: all rows in their order, `terminals` as `terminated`, `timeouts` as
 * `truncated`. Arrays may be float32 or float64, rewards and flags [N] or [N, 1], flags booleans or numbers; observations of images are bytes,
 * [N, height, width, channels].
 * A column of `infos` that cannot be read is left out, and the dataset's `warnings` say so. They also say where ends of episodes may be missing.
 * For D4RL's `qlearning_dataset` pass the result to `qlearningTransitions`.
 *
 * @throws LamoError `file-not-found`, `not-readable`, `empty-file`, `not-hdf5`, `truncated-file`, `damaged-file`, `missing-key`,
 *   `wrong-type`, `wrong-rank`, `length-mismatch`, `shape-mismatch`, `channels-first`, `not-finite`, `not-a-flag`, `empty-dataset`, `out-of-range`, `too-large`,
 *   `other-layout`, `action-space`, `observation-space`, `not-a-byte`, `not-a-class`, `outside-file`, `broken-link`, `never-written`, `unknown-filter`
 */
export async function readD4rl(path: string, options: ReadD4rlOptions = {}): Promise<Dataset> {
  return withHdf5File(path, (file) => datasetFromArrays(file, options));
}

/** Reads the arrays of an open file, which are called and shaped as D4RL's. @throws LamoError as {@link readD4rl} */
export function datasetFromArrays(file: Hdf5File, options: ReadD4rlOptions): Dataset {
  const warnings: DatasetWarning[] = [];
  const dataset = createDataset(readColumns(file, options, warnings));
  return warnings.length === 0 ? dataset : { ...dataset, warnings };
}

function readColumns(file: Hdf5File, options: ReadD4rlOptions, warnings: DatasetWarning[]): DatasetInput {
  checkLayout(file);
  const actionSpace = readActionSpace(file, options.actionSpace);
  const isDiscrete = classCount({ actionSpace }) !== undefined;
  const seen = findColumn(file, 'observations');
  const observationSpace = readObservationSpace(file, seen, options.observationSpace);
  const isImage = observationSpace?.kind === 'image';
  const observed = isImage ? images : matrix;
  const columns = {
    rewards: perRow(file, findColumn(file, 'rewards')),
    observations: observed(file, seen),
    actions: (isDiscrete ? perRow : matrix)(file, findColumn(file, 'actions')),
    terminals: perRow(file, findColumn(file, 'terminals')),
    timeouts: optional(file, 'timeouts', perRow),
    nextObservations: optional(file, 'next_observations', observed),
  };
  const readObserved = (column: Hdf5Column) => (isImage ? column.read(toBytes) : readFloats(column));
  const rows = columns.rewards.shape[0]!;
  for (const column of Object.values(columns)) if (column) checkRows(file, column, rows);
  if (columns.nextObservations) checkSameShape(file, columns.nextObservations, columns.observations);
  // Flags and rewards may be all zeros, and some programs then write nothing.
  for (const name of ['observations', 'actions', 'nextObservations'] as const) columns[name]?.checkWritten();

  const terminated = columns.terminals.read(toFlags);
  const truncated = truncatedRows(terminated, columns.timeouts?.read(toFlags), options);
  warnings.push(...endWarnings(file, terminated, truncated, options));
  return {
    name: options.name ?? basename(file.path, extname(file.path)),
    observations: readObserved(columns.observations),
    actions: readFloats(columns.actions),
    rewards: readFloats(columns.rewards),
    terminated,
    truncated,
    nextObservations: columns.nextObservations && readObserved(columns.nextObservations),
    infos: options.infos === false ? {} : readInfos(file, rows, warnings),
    observationSize: rowLength(columns.observations),
    observationSpace,
    ...(isDiscrete ? {} : { actionSize: columns.actions.shape[1]! }),
    actionSpace,
  };
}

/**
 * Reads `infos/*`, and the flat `infos` of Kitchen. Anything but one block of numbers per row is left out, with a warning if it
 * should have been one.
 */
function readInfos(file: Hdf5File, rows: number, warnings: DatasetWarning[]): Record<string, InfoColumn> {
  const infos: Record<string, InfoColumn> = {};
  for (const key of [...file.columns.keys(), ...file.unreadable.keys()]) {
    if (key !== 'infos' && !key.startsWith('infos/')) continue;
    try {
      const column = findColumn(file, key);
      if (column.kind !== 'numbers' || column.shape.length === 0) continue;
      checkRows(file, column, rows);
      const width = rowLength(column);
      if (width === 0) continue;
      infos[key.replace(/^infos\//, '')] = { width, data: column.read(toInfo) };
    } catch (error) {
      if (!LamoError.isInstance(error)) throw error;
      warnings.push({ code: 'info-left-out', message: `\`${key}\` is left out: ${error.message}` });
    }
  }
  return infos;
}

function optional(
  file: Hdf5File,
  key: string,
  check: (file: Hdf5File, column: Hdf5Column) => Hdf5Column,
): Hdf5Column | undefined {
  return file.columns.has(key) || file.unreadable.has(key) ? check(file, findColumn(file, key)) : undefined;
}

const rowLength = ({ shape }: Hdf5Column) => shape.slice(1).reduce((product, length) => product * length, 1);

function images(file: Hdf5File, column: Hdf5Column): Hdf5Column {
  if (column.shape.length === 4 || column.shape.length === 2) return column;
  throw wrongRank(file, column, 'four dimensions, rows, height, width and channels');
}

const IMAGE_HINT = 'Images have four dimensions: rows, height, width and channels, which may be 1.';

function matrix(file: Hdf5File, column: Hdf5Column): Hdf5Column {
  if (column.shape.length === 2) return column;
  throw wrongRank(
    file,
    column,
    'two dimensions, rows and columns',
    column.shape.length === 3 ? IMAGE_HINT : undefined,
  );
}

function perRow(file: Hdf5File, column: Hdf5Column): Hdf5Column {
  const { shape } = column;
  if (shape.length === 1 || (shape.length === 2 && shape[1] === 1)) return column;
  throw wrongRank(file, column, 'one number per row, [N] or [N, 1]', transposedHint(column, shape[1] ?? 0));
}

function checkRows(file: Hdf5File, column: Hdf5Column, rows: number): void {
  if (column.shape[0] === rows) return;
  throw new LamoError({
    where: 'data/d4rl',
    code: 'length-mismatch',
    problem: `\`${column.key}\` and \`rewards\` of ${file.path} have different lengths`,
    expected: `${rows} rows, one per reward`,
    received: `${column.shape[0]}`,
    ...withHint(transposedHint(column, rows)),
  });
}

/** Images of another height and width may have as many bytes. */
function checkSameShape(file: Hdf5File, column: Hdf5Column, other: Hdf5Column): void {
  if (column.shape.join() === other.shape.join()) return;
  throw new LamoError({
    where: 'data/d4rl',
    code: 'shape-mismatch',
    problem: `\`${column.key}\` and \`${other.key}\` of ${file.path} have different shapes`,
    expected: `[${other.shape.join(', ')}], as \`${other.key}\` has`,
    received: `[${column.shape.join(', ')}]`,
    hint: 'What is observed next is observed in the same way: write both arrays alike.',
  });
}

function wrongRank(file: Hdf5File, column: Hdf5Column, expected: string, hint?: string): LamoError {
  return new LamoError({
    where: 'data/d4rl',
    code: 'wrong-rank',
    problem: `\`${column.key}\` of ${file.path} has the wrong shape`,
    expected,
    received: `[${column.shape.join(', ')}]`,
    ...withHint(hint),
  });
}

function withHint(hint: string | undefined): { hint?: string } {
  return hint === undefined ? {} : { hint };
}

/** Reads numbers as 32-bit floats, piece by piece. A number too large for them stays as it is, so that `createDataset` can name it. */
function readFloats(column: Hdf5Column): Float32Array | Float64Array {
  const floats = new Float32Array(column.shape.reduce((product, length) => product * length, 1));
  let isTooLarge = false;
  column.readPieces((numbers, before) => {
    if (isBig(numbers)) {
      for (let i = 0; i < numbers.length; i++) floats[before + i] = Number(numbers[i]);
      return;
    }
    floats.set(numbers, before);
    if (!(numbers instanceof Float64Array)) return;
    for (let i = 0; i < numbers.length; i++)
      if (!Number.isFinite(floats[before + i]) && Number.isFinite(numbers[i])) isTooLarge = true;
  });
  return isTooLarge ? column.read((numbers) => Float64Array.from(numbers as ArrayLike<number>)) : floats;
}

/** What is not stored as bytes is checked number by number. */
function toBytes(numbers: NumberArray): ColumnArray | Float64Array {
  return numbers instanceof Uint8Array
    ? numbers.slice()
    : isBig(numbers)
      ? Float64Array.from(numbers, Number)
      : new Float64Array(numbers);
}

function toFlags(numbers: NumberArray): Float64Array | Int8Array {
  return numbers instanceof Int8Array
    ? numbers.slice()
    : Float64Array.from(numbers as ArrayLike<number>, Number);
}

function toInfo(numbers: NumberArray): InfoColumn['data'] {
  if (numbers instanceof Float32Array || numbers instanceof Float64Array) return numbers.slice();
  if (isBig(numbers)) return Float64Array.from(numbers, Number);
  return numbers instanceof Uint32Array ? new Float64Array(numbers) : new Int32Array(numbers);
}
