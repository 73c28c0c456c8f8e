import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { LamoError, nearest } from '@lamo/core';
import type { HubOptions } from '../hub/hub-settings';
import { openRepository } from '../hub/open-repository';
import { fileNotFound } from './file-not-found';
import { hashFile } from './hash-file';
import { DRAWN_TEXTS, openDrawnText } from './open-drawn-text';
import { readJsonLines } from './read-json-lines';
import { readLines } from './read-lines';
import { readParquetText } from './read-parquet-text';
import type { TextSource } from './text-source';

/** Options of {@link openText}. */
export interface OpenTextOptions {
  /** Part of a data set: a folder within it, such as `wikitext-2-raw-v1`. @default all, WikiText-103 of `wikitext` */
  readonly subset?: string;
  /** Only files that have this word in their name: `train`, `validation`, `test`. @default all, `train` of `wikitext` */
  readonly split?: string;
  /** Which field of JSON lines, or column of Parquet files, holds the text. @default text */
  readonly field?: string;
  /** How data sets of the hub are fetched. */
  readonly hub?: HubOptions;
}

/** Extensions of the files that are read from a folder; all but Parquet may be compressed, `.txt.gz`. */
const ENDINGS = ['.jsonl', '.md', '.parquet', '.raw', '.txt'];

/** Extensions of files that contain text among other things, and how to extract it. */
const CONVERTIBLE: Readonly<Record<string, string>> = {
  ...of(['.csv', '.tsv'], 'with pandas: `pandas.read_csv(…).to_json(…, orient="records", lines=True)`'),
  ...of(['.json'], 'with `jq -c ".[]"`, if it is a list of objects'),
  ...of(['.arrow', '.feather'], 'with `datasets` or pandas: `to_json(…, orient="records", lines=True)`'),
  ...of(['.zip', '.bz2', '.xz', '.zst', '.7z', '.tar', '.tgz'], 'by unpacking it, or compress it with gzip'),
  ...of(['.pdf', '.docx', '.odt', '.epub', '.html', '.htm'], 'as plain text, with pandoc or pdftotext'),
};

/** Datasets with a default part: the one that the paper trains on. */
const KNOWN: Readonly<Record<string, { subset: string; split: string }>> = {
  wikitext: { subset: 'wikitext-103-raw-v1', split: 'train' },
  'Salesforce/wikitext': { subset: 'wikitext-103-raw-v1', split: 'train' },
};

/**
 * Opens text to be read row by row: files, folders of `.txt`, `.md`, `.raw`, `.jsonl` and `.parquet` files (also below them), or data sets
 * of the Hugging Face hub such as `wikitext`. Rows are the lines of a file, or one field of the lines of a `.jsonl` file, or one column of
 * a Parquet file. All but Parquet may be compressed: `.txt.gz`, `.jsonl.gz`. A text that is drawn at random is opened by its name alone, as
 * `openDrawnText` says: `markov-chain`, `independent-tokens`.
 *
 * @throws LamoError `no-text`, `not-text`, `file-not-found`, `unknown-text`, `several-texts`, and what `openRepository` and `openDrawnText` throw
 * @example
 * const training = await openText('wikitext');
 * const own = await openText(['notes', 'book.txt']);
 */
export async function openText(
  sources: string | readonly string[],
  options: OpenTextOptions = {},
): Promise<TextSource> {
  const names = typeof sources === 'string' ? [sources] : sources;
  const drawn = names.map(openDrawnText).find((text) => text !== undefined);
  if (drawn !== undefined && names.length > 1) throw severalTexts(drawn.name, names);
  if (drawn !== undefined) return drawn;
  const paths: string[] = [];
  for (const name of names) paths.push(...(await findFiles(name, options)));
  if (paths.length === 0) throw noFiles('no sources', []);
  for (const path of paths) checkEnding(path);
  const { field = 'text' } = options;
  return {
    name: names.join(', '),
    fingerprint: () => hashFiles(paths, field),
    async *rows() {
      for (const path of paths) yield* readRows(path, field);
    },
  };
}

function readRows(path: string, field: string): AsyncGenerator<string> {
  if (endingOf(path) === '.parquet') return readParquetText(path, field);
  return endingOf(path) === '.jsonl' ? readJsonLines(path, field) : readLines(path);
}

/** The extension that says what is in a file, in lower case: `.txt` of `book.TXT.gz`. */
function endingOf(path: string): string {
  return extname(path.toLowerCase().replace(/\.gz$/, ''));
}

function of(endings: readonly string[], how: string): Record<string, string> {
  return Object.fromEntries(endings.map((ending) => [ending, how]));
}

async function findFiles(name: string, options: OpenTextOptions): Promise<string[]> {
  const status = statSync(name, { throwIfNoEntry: false });
  if (status?.isFile()) return [name];
  // No dataset has such a name, so the hub need not be asked, which takes long if it cannot be reached.
  if (!status && [...ENDINGS, ...Object.keys(CONVERTIBLE)].includes(endingOf(name)))
    throw fileNotFound(name, 'a file or folder of text, or the name of a data set of the hub');
  const known = !status && Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
  if (!status && !known) refuseUnknown(name);
  const { subset = known?.subset, split = known?.split, hub } = options;
  const repository = await openRepository(name, { ...hub, type: 'dataset' });
  const files = repository.files.filter((file) => isWanted(file, subset, split));
  if (files.length === 0) throw noFiles(name, repository.files, subset, split);
  const paths: string[] = [];
  for (const file of files) paths.push(await repository.path(file));
  return paths;
}

/** Refuses a name without an owner that is not a known one: a file that is not there is no reason to ask the hub. */
function refuseUnknown(name: string): void {
  if (name.includes('/')) return;
  const [kind, ...options] = name.split(':');
  const similar = nearest(kind!, [...DRAWN_TEXTS, ...Object.keys(KNOWN)]);
  const guess = similar === undefined ? '' : `Did you mean '${[similar, ...options].join(':')}'? `;
  throw new LamoError({
    where: 'data/text',
    code: 'unknown-text',
    problem: `There is no text ${name}`,
    expected: `a file, a folder, a data set of the hub, ${DRAWN_TEXTS.join(' or ')}`,
    received: name,
    hint: `${guess}To ask the hub, put the owner before the name: owner/${kind}.`,
  });
}

function isWanted(file: string, subset: string | undefined, split: string | undefined): boolean {
  const inSubset = subset === undefined || file.split('/').slice(0, -1).includes(subset);
  const inSplit = split === undefined || basename(file).split(/[-.]/).includes(split);
  return ENDINGS.includes(endingOf(file)) && inSubset && inSplit;
}

/** Hashes the contents of the files and how they are read; their names and folders do not matter. */
async function hashFiles(paths: readonly string[], field: string): Promise<string> {
  const all = createHash('sha256');
  for (const path of paths) {
    all.update(`${kindOf(path, field)} ${await hashFile(path)}\n`);
  }
  return all.digest('hex');
}

function kindOf(path: string, field: string): string {
  const packed = /\.gz$/i.test(path) ? 'gzip ' : '';
  if (endingOf(path) === '.jsonl') return `${packed}json lines ${field}`;
  if (endingOf(path) !== '.parquet') return `${packed}lines`;
  return field === 'text' ? 'parquet' : `parquet ${field}`;
}

/** Otherwise commas, tags and brackets would be learned as language. */
function checkEnding(path: string): void {
  const how = CONVERTIBLE[endingOf(path)];
  if (how === undefined && !/\.parquet\.gz$/i.test(path)) return;
  throw new LamoError({
    where: 'data/text',
    code: 'not-text',
    problem: `${path} is not read as text`,
    expected: `a file that ends in ${ENDINGS.join(', ')}, or one of these compressed with gzip`,
    received: extname(path),
    hint: `Convert it to .jsonl or .txt, ${how ?? 'by unpacking it: Parquet is compressed internally'}.`,
  });
}

function severalTexts(name: string, names: readonly string[]): LamoError {
  return new LamoError({
    where: 'data/text',
    code: 'several-texts',
    problem: `${name} is a text of its own`,
    expected: 'no other text beside it',
    received: names.join(', '),
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
