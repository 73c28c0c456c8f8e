import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LamoError } from '../errors';
import type { HubOptions } from '../hub/hub-settings';
import { openRepository } from '../hub/open-repository';
import { nearest } from '../suggest';
import { readLines } from './read-lines';
import { readParquetText } from './read-parquet-text';
import type { TextSource } from './text-source';

/** Options of {@link openText}. */
export interface OpenTextOptions {
  /** Part of a data set: a folder within it, such as `wikitext-2-raw-v1`. @default all, WikiText-103 of `wikitext` */
  readonly subset?: string;
  /** Takes the files that have this word in their name: `train`, `validation`, `test`. @default all, `train` of `wikitext` */
  readonly split?: string;
  /** How data sets of the hub are fetched. */
  readonly hub?: HubOptions;
}

/** Endings of the files that are taken from a folder. */
const ENDINGS = ['.md', '.parquet', '.raw', '.txt'];

/** Data sets whose name alone says which part is meant: what the paper trains on. */
const KNOWN: Readonly<Record<string, { subset: string; split: string }>> = {
  wikitext: { subset: 'wikitext-103-raw-v1', split: 'train' },
  'Salesforce/wikitext': { subset: 'wikitext-103-raw-v1', split: 'train' },
};

/**
 * Opens text to be read row by row: files, folders of `.txt`, `.md`, `.raw` and `.parquet` files (also below them), or data sets
 * of the Hugging Face hub such as `wikitext`. Rows are the lines of a file, or the column `text` of a Parquet file.
 *
 * @throws LamoError `no-text`, `file-not-found`, and what `openRepository` throws
 * @example
 * const training = await openText('wikitext');
 * const own = await openText(['notes', 'book.txt']);
 */
export async function openText(
  sources: string | readonly string[],
  options: OpenTextOptions = {},
): Promise<TextSource> {
  const names = typeof sources === 'string' ? [sources] : sources;
  const paths: string[] = [];
  for (const name of names) paths.push(...(await findFiles(name, options)));
  if (paths.length === 0) throw noFiles('no sources', []);
  return {
    name: names.join(', '),
    fingerprint: () => hashFiles(paths),
    async *rows() {
      for (const path of paths) yield* isParquet(path) ? readParquetText(path) : readLines(path);
    },
  };
}

async function findFiles(name: string, options: OpenTextOptions): Promise<string[]> {
  const status = statSync(name, { throwIfNoEntry: false });
  if (status?.isFile()) return [name];
  // Nobody names a data set so: the hub need not be asked, which takes long where it cannot be reached.
  if (!status && ENDINGS.includes(extname(name).toLowerCase())) throw fileNotFound(name);
  const known = status ? undefined : KNOWN[name];
  const { subset = known?.subset, split = known?.split, hub } = options;
  const repository = await openRepository(name, { ...hub, type: 'dataset' });
  const files = repository.files.filter((file) => isWanted(file, subset, split));
  if (files.length === 0) throw noFiles(name, repository.files, subset, split);
  const paths: string[] = [];
  for (const file of files) paths.push(await repository.path(file));
  return paths;
}

function isWanted(file: string, subset: string | undefined, split: string | undefined): boolean {
  const inSubset = subset === undefined || file.split('/').slice(0, -1).includes(subset);
  const inSplit = split === undefined || basename(file).split(/[-.]/).includes(split);
  return ENDINGS.includes(extname(file).toLowerCase()) && inSubset && inSplit;
}

function isParquet(path: string): boolean {
  return extname(path).toLowerCase() === '.parquet';
}

/** Hashes what the files hold and which are Parquet; their names and places play no part. */
async function hashFiles(paths: readonly string[]): Promise<string> {
  const all = createHash('sha256');
  for (const path of paths) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
    all.update(`${isParquet(path) ? 'parquet' : 'lines'} ${hash.digest('hex')}\n`);
  }
  return all.digest('hex');
}

function fileNotFound(name: string): LamoError {
  const folder = dirname(name);
  const similar = nearest(basename(name), existsSync(folder) ? readdirSync(folder) : []);
  return new LamoError({
    where: 'data/text',
    code: 'file-not-found',
    problem: `There is no file ${name}`,
    expected: 'a file or folder of text, or the name of a data set of the hub',
    ...(similar !== undefined && { hint: `Did you mean '${join(folder, similar)}'?` }),
  });
}

function noFiles(name: string, files: readonly string[], subset?: string, split?: string): LamoError {
  const where = [subset && ` in a folder ${subset}`, split && ` with ${split} in their names`];
  const some = files.slice(0, 5).join(', ') + (files.length > 5 ? ` and ${files.length - 5} more` : '');
  return new LamoError({
    where: 'data/text',
    code: 'no-text',
    problem: `There is no text in ${name}`,
    expected: `files that end in ${ENDINGS.join(', ')}${where.filter(Boolean).join('')}`,
    received: some || 'no files',
    hint: 'Check the path, and subset and split if you chose them.',
  });
}
