import { LamoError } from '@lamo/core';
import { type ParquetColumn, type ParquetLimits, readParquetRows } from './read-parquet-rows';

/**
 * Reads a column of text of a Parquet file, one row group in memory at a time. Rows without text are empty strings.
 *
 * @param column its name
 * @throws LamoError `missing-column`, and what {@link readParquetRows} throws
 */
export async function* readParquetText(
  path: string,
  column: string,
  limits: ParquetLimits = {},
): AsyncGenerator<string> {
  const choose = (columns: readonly ParquetColumn[]) => {
    if (columns.find(({ name }) => name === column)?.isText) return [column];
    throw missingColumn(path, column, columns);
  };
  for await (const [text] of readParquetRows(path, choose, limits)) yield (text as string | null) ?? '';
}

function missingColumn(path: string, column: string, received: readonly ParquetColumn[]): LamoError {
  return new LamoError({
    where: 'data/text',
    code: 'missing-column',
    problem: `${path} has no column of text`,
    expected: `a column \`${column}\` of strings`,
    received: received.map(({ name, type }) => `\`${name}\` (${type})`).join(', ') || 'no columns',
    hint: 'Name the column that holds the text with `field`, or --text-field of `lamo pretrain` and `lamo perplexity`.',
  });
}
