import { type Dataset, LamoError } from '@lamo/core';
import { type DatasetFormat, type ReadDatasetOptions, refuseUnused } from './formats/dataset-format';
import { DATASET_FORMATS } from './formats/formats';
import { lookAt, type Place } from './formats/place';
import { describeStart } from './hdf5-signature';

/**
 * Reads a dataset of any format that is known: what is at the path tells which. {@link readD4rl} and others read one format.
 *
 * @param path a file, or a folder where the format has one
 * @param options what the dataset does not say itself; what its format cannot use is refused
 * @throws LamoError `file-not-found`, `not-readable`, `empty-file`, `unknown-format`, `format-not-read`, `option-not-used`, and what the
 *   format's reader throws
 * @example
 * const dataset = await readDataset('hopper-medium-v2.hdf5');
 */
export async function readDataset(path: string, options: ReadDatasetOptions = {}): Promise<Dataset> {
  const format = await findFormat(path, options);
  return format.read(path, options);
}

/** Tells which format a dataset has, and refuses options that mean nothing for it. @throws LamoError as {@link readDataset} */
export async function findFormat(path: string, options: ReadDatasetOptions): Promise<DatasetFormat> {
  const place = await lookAt(path);
  const format = DATASET_FORMATS.find(({ recognises }) => recognises(place));
  if (format === undefined) throw unknownFormat(place, DATASET_FORMATS);
  refuseUnused(format, path, options);
  return format;
}

function unknownFormat({ path, entries, start }: Place, formats: readonly DatasetFormat[]): LamoError {
  const known = start && describeStart(start);
  const shown = entries?.slice(0, 4).join(', ');
  return new LamoError({
    where: 'data/formats',
    code: 'unknown-format',
    problem: `${path} is not a dataset of a known format`,
    expected: `one of ${formats.map(({ name }) => name).join(', ')}`,
    received: entries
      ? entries.length === 0
        ? 'an empty folder'
        : `a folder with ${shown}${entries.length > 4 ? ` and ${entries.length - 4} more` : ''}`
      : (known?.what ?? `a file that starts with ${JSON.stringify(start?.toString('latin1', 0, 8))}`),
    ...(known ? { hint: known.hint } : start !== undefined && isText(start) ? { hint: LOG_ENDINGS } : {}),
  });
}

/** A log is told by its ending. */
const LOG_ENDINGS =
  'It may be a log of your own: rename it .csv (comma-separated, with a header), .tsv, or .jsonl (an object in each line).';

/** Tells whether a file begins with characters that are written. */
function isText(start: Buffer): boolean {
  return (
    start.length > 0 && start.every((byte) => byte >= 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09)
  );
}
