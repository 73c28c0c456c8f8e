import { closeSync, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { LamoError } from '@lamo/core';

const SIGNATURE = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');

/**
 * Checks that a path leads to a file that starts like HDF5, so that other kinds of files get an
 * error of their own.
 *
 * @throws LamoError `file-not-found`, `not-readable`, `empty-file`, `not-hdf5`
 */
export function checkHdf5Signature(path: string): void {
  statFile(path);
  const file = openOrThrow(path);
  try {
    if (findHdf5Start(file) === undefined) throw notHdf5(path, signatureAt(file, 0));
  } finally {
    closeSync(file);
  }
}

/** Finds where HDF5 starts in an open file: at 0, or after a user block of 512 · 2^i bytes. */
export function findHdf5Start(file: number): number | undefined {
  const { size } = fstatSync(file);
  for (let offset = 0; offset < size; offset = Math.max(512, 2 * offset)) {
    if (signatureAt(file, offset).equals(SIGNATURE)) return offset;
  }
  return undefined;
}

function signatureAt(file: number, offset: number): Buffer {
  const bytes = Buffer.alloc(SIGNATURE.length);
  return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, offset));
}

function statFile(path: string): Stats {
  const stats = statOrThrow(path);
  if (!stats.isFile()) {
    throw new LamoError({
      where: 'data/hdf5',
      code: 'not-readable',
      problem: `${path} is not a file`,
      expected: 'an HDF5 file',
      received: stats.isDirectory() ? 'a folder' : 'something else',
    });
  }
  if (stats.size === 0) {
    throw new LamoError({
      where: 'data/hdf5',
      code: 'empty-file',
      problem: `${path} is empty`,
      expected: 'an HDF5 file',
      received: '0 bytes',
      hint: 'The download or copy failed: repeat it.',
    });
  }
  return stats;
}

function statOrThrow(path: string): Stats {
  try {
    return statSync(path);
  } catch (cause) {
    throw new LamoError({
      where: 'data/hdf5',
      code: 'file-not-found',
      problem: `${path} does not exist`,
      expected: 'an HDF5 file',
      hint: `Relative paths start at ${process.cwd()}.`,
      cause,
    });
  }
}

function openOrThrow(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw new LamoError({
      where: 'data/hdf5',
      code: 'not-readable',
      problem: `${path} cannot be opened`,
      expected: 'a file that you may read',
      received: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

/** Says what a file is that starts in a way that is known, and what to do. */
export function describeStart(start: Buffer): { readonly what: string; readonly hint: string } | undefined {
  const known = KNOWN_STARTS.find(([bytes]) => start.toString('latin1', 0, 16).startsWith(bytes));
  return known && { what: known[1], hint: known[2] };
}

function notHdf5(path: string, start: Buffer): LamoError {
  const known = describeStart(start);
  return new LamoError({
    where: 'data/hdf5',
    code: 'not-hdf5',
    problem: `${path} is not an HDF5 file`,
    expected: 'a file that starts with \\x89HDF',
    received: known ? known.what : `${JSON.stringify(start.toString('latin1'))}`,
    ...(known ? { hint: known.hint } : {}),
  });
}

/** First bytes, what they mean, what to do. */
const KNOWN_STARTS: readonly (readonly [string, string, string])[] = [
  ['version ', 'a Git LFS pointer', 'Fetch the file itself with `git lfs pull`.'],
  ['<!DOC', 'a web page', 'The server answered with a page instead of the file.'],
  ['<html', 'a web page', 'The server answered with a page instead of the file.'],
  ['\x1f\x8b', 'a gzip archive', 'Unpack it first.'],
  ['PK\x03\x04', 'a zip archive', 'Unpack it first.'],
];
