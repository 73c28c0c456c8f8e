import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LamoError } from '@lamo/core';
import {
  bool,
  columnFromArray,
  fixedSizeList,
  float32,
  float64,
  int64,
  struct,
  tableFromColumns,
  tableToIPC,
  utf8,
} from '@uwdata/flechette';
import { afterAll, expect, it } from 'vitest';
import { readArrowColumns } from './arrow-columns';

const folder = mkdtempSync(join(tmpdir(), 'lamo-arrow-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(bytes: Uint8Array): string {
  const path = join(folder, 'table.arrow');
  writeFileSync(path, bytes);
  return path;
}

const table = tableFromColumns({
  flag: columnFromArray([true, false, true], bool()),
  count: columnFromArray([1, 2, 3], int64()),
  pair: columnFromArray(
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    fixedSizeList(float32(), 2),
  ),
  group: columnFromArray(
    [
      { x: 1, t: 'a' },
      { x: 2, t: 'b' },
      { x: 3, t: 'c' },
    ],
    struct({ x: float64(), t: utf8() }),
  ),
  gap: columnFromArray([1, null, 3], float64()),
});

async function read(bytes: Uint8Array) {
  const columns = await readArrowColumns(write(bytes));
  const shown = [...columns].map(([name, column]) =>
    LamoError.isInstance(column)
      ? ([name, column.code] as const)
      : ([
          name,
          [column.shape, column.read((numbers) => Array.from(numbers as ArrayLike<number>, Number))],
        ] as const),
  );
  return Object.fromEntries(shown);
}

it.each(['file', 'stream'] as const)('reads numbers, booleans, lists and structs of a %s', async (format) => {
  expect(await read(tableToIPC(table, { format })!)).toEqual({
    flag: [[3], [1, 0, 1]],
    count: [[3], [1, 2, 3]],
    pair: [
      [3, 2],
      [1, 2, 3, 4, 5, 6],
    ],
    'group/x': [[3], [1, 2, 3]],
    'group/t': 'wrong-type',
    gap: 'wrong-type',
  });
});

// `pyarrow.ipc.new_stream` of a column of sixty floats, with each compression.
const LZ4 =
  '/////3AAAAAQAAAAAAAKAAwABgAFAAgACgAAAAABBAAMAAAACAAIAAAABAAIAAAABAAAAAEAAAAUAAAAEAAUAAgABgAHAAwAAAAQABAAAAAAAAEDEAAAABgAAAAEAAAAAAAAAAEAAABhAAYACAAGAAYAAAAAAAIA/////5gAAAAUAAAAAAAAAAwAGAAGAAUACAAMAAwAAAAAAwQAHAAAADgAAAAAAAAAAAAAAAwAHAAQAAQACAAMAAwAAABIAAAAHAAAABQAAAA8AAAAAAAAAAAAAAAEAAQABAAAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA3AAAAAAAAAAAAAAABAAAAPAAAAAAAAAAAAAAAAAAAAOABAAAAAAAABCJNGGBAgiAAAAARAAEAIfA/BwAwAABABQAzAAAICAAPGAD/q1AAAAAIQAAAAAAA/////wAAAAA=';

it('says how to write a file that is compressed', async () => {
  await expect(readArrowColumns(write(Buffer.from(LZ4, 'base64')))).rejects.toThrow(
    /is compressed\. Expected Arrow without compression.*compression=None/,
  );
});

it('refuses what is cut off, or something else', async () => {
  const bytes = tableToIPC(table, { format: 'file' })!;
  for (const part of [bytes.subarray(0, bytes.length / 2), Buffer.from('hello there, this is not Arrow')])
    await expect(readArrowColumns(write(part))).rejects.toMatchObject({ code: 'damaged-file' });
});
