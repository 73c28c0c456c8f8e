import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Dataset } from '@lamo/core';
import { classCount, classLabels, type HasActionSpace } from './action-space';
import { type ColumnData, type DatasetColumn, datasetColumns } from './dataset-columns';
import { type HasObservations, imageShape, observationParts } from './observation-space';

/**
 * Computes the SHA-256 of a dataset's columns, so that a manifest can say which data a run saw. File names do not
 * matter: equal columns give equal hashes, also after writing and reading a file.
 *
 * @returns 64 hexadecimal digits
 * @throws LamoError `damaged-file` if a prepared dataset has other columns than were written
 */
export function hashDataset(dataset: Dataset): string {
  const hashing = hashingDataset(dataset);
  for (;;) {
    const { done, value } = hashing.next();
    if (done) return value;
  }
}

/**
 * Compares a dataset with what was written, if it is a prepared one: before something is made of its columns that has no use for their hash. Other work of
 * the process has its turn meanwhile.
 *
 * @throws LamoError `damaged-file`
 */
export async function verifyDataset(dataset: Dataset): Promise<void> {
  if (!checks.has(dataset)) return;
  for (const _ of hashingDataset(dataset)) await setImmediate();
}

function* hashingDataset(dataset: Dataset): Generator<number, string> {
  const columns = datasetColumns(dataset).map(({ data, ...column }) => ({
    ...column,
    pieces: () => piecesOf(data),
  }));
  const hash = yield* hashingColumns(dataset, dataset.size, columns);
  checks.get(dataset)?.(hash);
  return hash;
}

/** What compares the hash of a dataset with what was written. */
const checks = new WeakMap<Dataset, (hash: string) => void>();

/** Has {@link hashDataset} compare the hash of a dataset. @param check throws if it is another than was written */
export function expectHash(dataset: Dataset, check: (hash: string) => void): void {
  checks.set(dataset, check);
}

/** A column whose bytes come in pieces. */
export interface HashedColumn extends Omit<DatasetColumn, 'data'> {
  readonly pieces: () => Iterable<Uint8Array>;
}

/**
 * Computes {@link hashDataset} of columns that need not be in memory, piece by piece.
 *
 * @param size rows
 * @returns yields how many bytes it has read since it was last asked
 */
export function* hashingColumns(
  spaces: HasObservations & HasActionSpace,
  size: number,
  columns: readonly HashedColumn[],
): Generator<number, string> {
  const hash = createHash('sha256');
  const classes = classCount(spaces);
  if (classes !== undefined) hash.update(`discrete ${classes}\n`);
  const labels = classLabels(spaces);
  if (labels !== undefined) hash.update(`labels ${JSON.stringify(labels)}\n`);
  const image = imageShape(spaces);
  if (image !== undefined) hash.update(`image ${image.join(' ')}\n`);
  for (const [name, { start, end, categories }] of Object.entries(observationParts(spaces)).sort()) {
    hash.update(`part ${name} ${start} ${end}\n`);
    if (categories !== undefined) hash.update(`categories ${JSON.stringify(categories)}\n`);
  }
  for (const { name, width, type, pieces } of columns) {
    hash.update(`${name} ${type} ${size} ${width}\n`);
    for (const piece of pieces()) {
      hash.update(piece);
      yield piece.length;
    }
  }
  return hash.digest('hex');
}

/** Longer buffers are refused by the library. */
const PIECE_BYTES = 2 ** 26;

/** The bytes of an array, piece by piece. */
export function* piecesOf({ buffer, byteOffset, byteLength }: ColumnData): Generator<Uint8Array> {
  for (let start = 0; start < byteLength; start += PIECE_BYTES)
    yield new Uint8Array(buffer, byteOffset + start, Math.min(PIECE_BYTES, byteLength - start));
}
