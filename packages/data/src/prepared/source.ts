import { createHash } from 'node:crypto';
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { LamoError } from '@lamo/core';
import type { ReadDatasetOptions } from '../formats/dataset-format';
import { access } from '../formats/place';

/** What a prepared dataset was made of. */
export interface Source {
  /** Of its file or folder, from the root. */
  readonly path: string;
  /** Of its file, or of all files in its folder. */
  readonly bytes: number;
  /** When the last of them was changed, in milliseconds. */
  readonly modified: number;
  /** A digest of names, sizes and times of all of them: hexadecimal. */
  readonly state: string;
  /** How it was read: JSON. */
  readonly options: string;
}

/** Looks at what a dataset is made of. @throws LamoError `not-readable` */
export function findSource(path: string, reading: Omit<ReadDatasetOptions, 'onLog'>): Source {
  return { path: resolve(path), ...stateOf(resolve(path)), options: JSON.stringify(reading) };
}

/** @throws LamoError `source-changed` if a source is no longer what it was when it was first looked at */
export function checkUnchanged(source: Source): void {
  const now = { ...source, ...stateOf(source.path) };
  if (now.state !== source.state) throw sourceChanged(source, describe(source), describe(now));
}

/** The error where a source is not what it was when the first of it was read. */
export function sourceChanged({ path }: Source, expected: string, received: string): LamoError {
  return new LamoError({
    where: 'data/prepared',
    code: 'source-changed',
    problem: `${path} was changed while it was prepared`,
    ...{ expected, received },
    hint: 'Wait until nothing writes to it any more, or copy it; then prepare it from the start (--overwrite, `overwrite`).',
  });
}

/** What was made of something else is neither continued nor taken for it. @throws LamoError `other-source` */
export function checkSource(folder: string, earlier: Source, source: Source): void {
  if (isSame(earlier, source)) return;
  const [expected, received] = [describe(source), describe(earlier)];
  throw new LamoError({
    where: 'data/prepared',
    code: 'other-source',
    problem: `${folder} has a dataset that was made of something else, or read otherwise`,
    expected,
    received: expected === received ? 'one of the same size and time, but not the same files' : received,
    hint: 'Name another folder, or replace what is there (--overwrite, `overwrite`).',
  });
}

/** Tells whether two sources are the same, read in the same way. */
export function isSame(one: Source, other: Source): boolean {
  return one.path === other.path && one.state === other.state && one.options === other.options;
}

/** Refuses a folder that is the source, or in it. @throws LamoError `same-file` */
export function checkApart(path: string, folder: string): void {
  const [source, target] = [realPath(path), realPath(folder)];
  if (source !== target && !target.startsWith(source.endsWith(sep) ? source : `${source}${sep}`)) return;
  throw new LamoError({
    where: 'data/prepared',
    code: 'same-file',
    problem: `${folder} would be written ${source === target ? 'over' : 'into'} what is read`,
    expected: `a folder that is not in ${path}`,
  });
}

/** A path without links, as far as there is something. */
function realPath(path: string): string {
  const whole = resolve(path);
  if (existsSync(whole) || dirname(whole) === whole) return realpathSync.native(whole);
  return join(realPath(dirname(whole)), basename(whole));
}

function describe({ path, bytes, modified, options }: Source): string {
  if (modified === 0) return `${path}, of which there is nothing`;
  const reading = options === '{}' ? '' : `, read with ${options}`;
  return `${path} of ${bytes} bytes, changed ${new Date(modified).toISOString()}${reading}`;
}

function stateOf(path: string): Pick<Source, 'bytes' | 'modified' | 'state'> {
  const hash = createHash('sha256');
  let [bytes, modified] = [0, 0];
  // Numbers of files (ino) are left out: those of network drives change by themselves. The time of the last change of any kind (ctime) cannot be set.
  for (const { name, size, mtimeMs, ctimeMs } of filesIn(path)) {
    hash.update(`${JSON.stringify(name)} ${size} ${mtimeMs} ${ctimeMs}\n`);
    bytes += size;
    modified = Math.max(modified, mtimeMs);
  }
  return { bytes, modified, state: hash.digest('hex').slice(0, 32) };
}

/** A file of a dataset. */
interface FileState {
  /** From the dataset's path. */
  readonly name: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/** All files at or below a path. Links are followed: data often lie on another disk. */
function* filesIn(root: string, path = root, above: readonly string[] = []): Generator<FileState> {
  const status = access(path, () => statSync(path, { throwIfNoEntry: false }));
  if (status === undefined) return;
  if (!status.isDirectory()) {
    const { size, mtimeMs, ctimeMs } = status;
    yield { name: relative(root, path), size, mtimeMs, ctimeMs };
    return;
  }
  const real = access(path, () => realpathSync.native(path));
  if (above.includes(real)) return;
  // Hidden files are those of systems and of downloads, not of datasets.
  const names = access(path, () => readdirSync(path)).filter((name) => !name.startsWith('.'));
  for (const name of names.sort()) yield* filesIn(root, join(path, name), [...above, real]);
}
