import { readFileSync } from 'node:fs';
import { LamoError } from '@lamo/core';
import type { Batch, Column } from '@uwdata/flechette';
import type { NumberArray } from '../hdf5-column';
import { type NumberSource, sourceOf, widthOf } from './number-source';

/** Arrays of numbers by their names, `a/b` for the member b of a struct a; what is not numbers has the reason why it is not read. */
export type ReadColumns = ReadonlyMap<string, NumberSource | LamoError>;

/**
 * Reads an Arrow IPC file or stream. Numbers, booleans and lists of a fixed length are arrays, structs are groups of them. Numbers are views of the
 * file's bytes where that is possible.
 *
 * @throws LamoError `damaged-file`, `compressed-arrow`
 */
export async function readArrowColumns(path: string): Promise<ReadColumns> {
  const { tableFromIPC } = await import('@uwdata/flechette');
  const bytes = readFileSync(path);
  try {
    // A copy, because typed arrays cannot begin at any byte.
    const table = tableFromIPC(new Uint8Array(bytes));
    const columns = new Map<string, NumberSource | LamoError>();
    for (const [i, name] of table.names.entries()) {
      const column = table.getChildAt<unknown>(i) as Column<unknown>;
      addColumn(columns, path, name, [...column.data]);
    }
    return columns;
  } catch (cause) {
    throw LamoError.isInstance(cause) ? cause : damaged(path, cause);
  }
}

/** Numbers of the types that Arrow has: https://arrow.apache.org/docs/format/Columnar.html */
const TYPE = { integer: 2, float: 3, boolean: 6, struct: 13, fixedSizeList: 16 };

type AnyBatch = Batch<unknown>;

function addColumn(
  columns: Map<string, NumberSource | LamoError>,
  path: string,
  name: string,
  batches: readonly AnyBatch[],
): void {
  const type = batches[0]?.type as {
    readonly typeId: number;
    readonly children?: readonly { readonly name: string }[];
  };
  if (type === undefined) return;
  if (type.typeId === TYPE.struct) {
    for (const [i, child] of type.children!.entries()) {
      addColumn(
        columns,
        path,
        `${name}/${child.name}`,
        batches.map((batch) => batch.children[i] as AnyBatch),
      );
    }
    return;
  }
  const pieces = batches.map((batch) => numbersOf(path, name, batch));
  const failure = pieces.find((piece) => LamoError.isInstance(piece));
  columns.set(name, failure ?? join(name, pieces as NumberSource[]));
}

function numbersOf(path: string, name: string, batch: AnyBatch): NumberSource | LamoError {
  const { typeId, stride = 1 } = batch.type as { readonly typeId: number; readonly stride?: number };
  if (typeId === TYPE.fixedSizeList) {
    const inner = numbersOf(path, name, batch.children[0] as AnyBatch);
    if (LamoError.isInstance(inner)) return inner;
    const length = widthOf(inner) * stride * batch.length;
    if (batch.nullCount > 0) return notNumbers(path, name, 'rows that are missing');
    return inner.read((numbers) =>
      view(path, name, [batch.length, stride, ...inner.shape.slice(1)], numbers, length),
    );
  }
  if (batch.nullCount > 0) return notNumbers(path, name, 'numbers that are missing');
  if (typeId === TYPE.boolean) {
    const bits = batch.values as Uint8Array;
    if (batch.length > bits.length * 8) throw tooShort(path, name);
    return sourceOf(
      name,
      [batch.length],
      Uint8Array.from({ length: batch.length }, (_, i) => (bits[i >> 3]! >> (i & 7)) & 1),
    );
  }
  const values = batch.values as NumberArray | undefined;
  const isHalf = typeId === TYPE.float && values instanceof Uint16Array;
  if ((typeId !== TYPE.integer && typeId !== TYPE.float) || values === undefined || isHalf)
    return notNumbers(path, name, isHalf ? 'floats of 16 bits' : `values of type ${typeId}`);
  return view(path, name, [batch.length], values, batch.length);
}

function view(
  path: string,
  name: string,
  shape: readonly number[],
  numbers: NumberArray,
  length: number,
): NumberSource {
  if (!(length <= numbers.length)) throw tooShort(path, name);
  return sourceOf(name, shape, numbers.subarray(0, length));
}

/** Batches one after the other; one is kept as it is. */
function join(name: string, pieces: readonly NumberSource[]): NumberSource {
  const [first] = pieces;
  if (pieces.length === 1) return first!;
  const rows = pieces.reduce((sum, { shape }) => sum + shape[0]!, 0);
  const shape = [rows, ...first!.shape.slice(1)];
  const data = new Float64Array(rows * widthOf({ shape }));
  let at = 0;
  for (const piece of pieces) {
    piece.read((numbers) => {
      for (const value of numbers) data[at++] = Number(value);
    });
  }
  return sourceOf(name, shape, data);
}

function notNumbers(path: string, name: string, received: string): LamoError {
  return new LamoError({
    where: 'data/arrow',
    code: 'wrong-type',
    problem: `\`${name}\` of ${path} has ${received}`,
    expected: 'numbers, booleans, or lists of a fixed length of them',
  });
}

function tooShort(path: string, name: string): LamoError {
  return damaged(path, new RangeError(`fewer numbers than rows in ${name}`));
}

function damaged(path: string, cause: unknown): LamoError {
  const received = cause instanceof Error ? cause.message : String(cause);
  const isCompressed = /codec|compress/i.test(received);
  return new LamoError({
    where: 'data/arrow',
    code: isCompressed ? 'compressed-arrow' : 'damaged-file',
    problem: isCompressed ? `${path} is compressed` : `${path} cannot be read as Arrow`,
    ...(isCompressed ? { expected: 'Arrow without compression' } : {}),
    received,
    hint: isCompressed
      ? "Write it without: `pyarrow.ipc.IpcWriteOptions(compression=None)`, `feather.write_feather(…, compression='uncompressed')`."
      : 'Download or copy it again.',
    cause,
  });
}
