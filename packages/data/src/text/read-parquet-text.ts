import type { FileMetaData } from 'hyparquet';
import { LamoError } from '../errors';

/** Name of the column that holds the text, as in the data sets of the Hugging Face hub. */
const COLUMN = 'text';

/**
 * Reads the `text` column of a Parquet file, one row group in memory at a time. Rows without text are empty strings.
 *
 * @throws LamoError `damaged-file`, `missing-column`
 */
export async function* readParquetText(path: string): AsyncGenerator<string> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } = await import('hyparquet');
  const { compressors } = await import('hyparquet-compressors');
  const file = await asyncBufferFromFile(path);
  const metadata = await readable(path, () => parquetMetadataAsync(file));
  checkColumn(path, metadata);
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const range = { rowStart, rowEnd, columns: [COLUMN] };
    const rows = await readable(path, () => parquetReadObjects({ file, metadata, compressors, ...range }));
    for (const row of rows) yield row[COLUMN] ?? '';
    rowStart = rowEnd;
  }
}

function checkColumn(path: string, { schema }: FileMetaData): void {
  const columns = schema.slice(1).filter((element) => element.num_children === undefined);
  const column = columns.find(({ name }) => name === COLUMN);
  if (column?.type === 'BYTE_ARRAY') return;
  throw new LamoError({
    where: 'data/text',
    code: 'missing-column',
    problem: `${path} has no column of text`,
    expected: `a column \`${COLUMN}\` of strings`,
    received: columns.map(({ name, type }) => `\`${name}\` (${type})`).join(', ') || 'no columns',
    hint: `Rename the column that holds the text to \`${COLUMN}\`, or save it as a .txt file.`,
  });
}

async function readable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw new LamoError({
      where: 'data/text',
      code: 'damaged-file',
      problem: `${path} cannot be read as Parquet`,
      received: cause instanceof Error ? cause.message : String(cause),
      hint: 'Download it again: it may be cut off, or no Parquet file at all.',
      cause,
    });
  }
}
