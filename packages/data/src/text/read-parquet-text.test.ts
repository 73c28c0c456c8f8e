import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ByteWriter, parquetWriteFile } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import { afterAll, expect, it, vi } from 'vitest';
import type { ParquetLimits } from './read-parquet-rows';
import { readParquetText } from './read-parquet-text';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'lamo-parquet-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a file of one column of text whose one page says that it has `count` rows, all without text: five bytes say so. */
function writeNothing(name: string, count: number): string {
  const levels = new ByteWriter();
  levels.appendVarInt(count * 2);
  levels.appendUint8(0);
  const page = new ByteWriter();
  page.appendUint32(levels.offset);
  page.appendBytes(levels.getBytes());

  const file = new ByteWriter();
  file.appendUint32(0x31524150);
  writePageHeader(file, {
    type: 'DATA_PAGE',
    uncompressed_page_size: page.offset,
    compressed_page_size: page.offset,
    data_page_header: {
      num_values: count,
      encoding: 'PLAIN',
      definition_level_encoding: 'RLE',
      repetition_level_encoding: 'RLE',
    },
  });
  file.appendBytes(page.getBytes());
  const size = BigInt(file.offset - 4);
  writeMetadata(file, {
    version: 2,
    schema: [
      { name: 'root', num_children: 1 },
      { name: 'text', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL', converted_type: 'UTF8' },
    ],
    num_rows: BigInt(count),
    row_groups: [
      {
        columns: [
          {
            file_offset: 4n,
            meta_data: {
              type: 'BYTE_ARRAY',
              encodings: ['PLAIN', 'RLE'],
              path_in_schema: ['text'],
              codec: 'UNCOMPRESSED',
              num_values: BigInt(count),
              total_uncompressed_size: size,
              total_compressed_size: size,
              data_page_offset: 4n,
            },
          },
        ],
        total_byte_size: size,
        num_rows: BigInt(count),
      },
    ],
    metadata_length: 0,
  });
  file.appendUint32(0x31524150);
  const path = join(folder, name);
  writeFileSync(path, new Uint8Array(file.getBytes()));
  return path;
}

async function count(path: string, limits?: ParquetLimits): Promise<number> {
  let rows = 0;
  for await (const row of readParquetText(path, 'text', limits)) rows += row === '' ? 1 : Number.NaN;
  return rows;
}

it('a file of many rows without text is read', async () => {
  expect(await count(writeNothing('some.parquet', 5000))).toBe(5000);
});

it('a small file that stands for any amount of text is refused, whatever its rows and groups', async () => {
  const long = 'text '.repeat(100_000);
  for (const [name, rowGroupSize] of [
    ['one-group', 1000],
    ['groups', 20],
  ] as const) {
    const filename = join(folder, `${name}.parquet`);
    const data = Array<string>(400).fill(long);
    parquetWriteFile({ filename, columnData: [{ name: 'text', data, type: 'STRING' }], rowGroupSize });
    expect(statSync(filename).size).toBeLessThan(1_000_000);
    let characters = 0;
    const read = async () => {
      for await (const row of readParquetText(filename, 'text')) characters += row.length;
    };
    await expect(read()).rejects.toMatchObject({
      code: 'too-large',
      message: expect.stringMatching(/parquet expands to far more than text does.*as \.jsonl/),
    });
    // What the message names: 64 MiB, and 200 for each byte of the file.
    expect(characters).toBeLessThanOrEqual(64 * 2 ** 20 + 200 * statSync(filename).size);
    expect(characters).toBeGreaterThan(60 * 2 ** 20);
  }
});

it('rows of any length are read as they were written, in their order', async () => {
  const filename = join(folder, 'lengths.parquet');
  const data = Array.from({ length: 2500 }, (_, i) => `${i} `.repeat(i % 700 === 0 ? 1_000_000 : 1));
  parquetWriteFile({ filename, columnData: [{ name: 'text', data, type: 'STRING' }], rowGroupSize: 900 });
  let i = 0;
  for await (const row of readParquetText(filename, 'text'))
    expect(row === data[i++], `row ${i - 1}`).toBe(true);
  expect(i).toBe(data.length);
});

it.each<[string, ParquetLimits]>([
  ['memory', { bytes: 300 * 2 ** 20 }],
  ['time', { seconds: 1 }],
])('a small file that asks for any amount of %s is refused, and nothing else ends', async (_, limits) => {
  const path = writeNothing('bomb.parquet', 2 ** 29);
  expect(statSync(path).size).toBeLessThan(500);
  const before = process.memoryUsage().rss;
  await expect(count(path, limits)).rejects.toMatchObject({
    code: 'too-large',
    message: expect.stringContaining('bomb.parquet takes more memory or time'),
  });
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20);
});
