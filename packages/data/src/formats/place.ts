import { closeSync, openSync, readdirSync, readSync, type Stats, statSync } from 'node:fs';
import { extname } from 'node:path';
import { LamoError } from '@lamo/core';
import { isHdf5File, listHdf5Root } from '../hdf5-root';

/** What can be told of a path at a glance: enough to know the format of what is there. */
export interface Place {
  readonly path: string;
  /** Ending of the name in lower case, with its dot; '' if it has none. */
  readonly ending: string;
  /** Names of what is in it, if it is a folder. */
  readonly entries?: readonly string[];
  /** The first bytes, if it is a file; at most {@link START}. */
  readonly start?: Buffer;
  /** Names of groups and arrays at the root, if it is an HDF5 file that can be opened. */
  readonly hdf5Keys?: readonly string[];
}

/** Bytes that are enough to recognise a file. */
export const START = 512;

/**
 * Looks at a path.
 *
 * @throws LamoError `file-not-found`, `not-readable`, `empty-file`
 */
export async function lookAt(path: string): Promise<Place> {
  const ending = extname(path).toLowerCase();
  const stats = statOrThrow(path);
  if (stats.isDirectory()) return { path, ending, entries: access(path, () => readdirSync(path)) };
  if (!stats.isFile()) throw notReadable(path, 'something that is neither a file nor a folder');
  const start = access(path, () => readStart(path));
  if (start.length === 0) throw emptyFile(path);
  const hdf5Keys = isHdf5File(path) ? await listHdf5Root(path) : undefined;
  return { path, ending, start, ...(hdf5Keys === undefined ? {} : { hdf5Keys }) };
}

function readStart(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(START);
    return bytes.subarray(0, readSync(file, bytes, 0, START, 0));
  } finally {
    closeSync(file);
  }
}

function statOrThrow(path: string): Stats {
  try {
    return statSync(path);
  } catch (cause) {
    throw new LamoError({
      where: 'data/formats',
      code: 'file-not-found',
      problem: `${path} does not exist`,
      expected: 'the file or folder of a dataset',
      hint: `Relative paths start at ${process.cwd()}.`,
      cause,
    });
  }
}

/** Does something with a path. @throws LamoError `not-readable` where the system does not let it */
export function access<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    if (LamoError.isInstance(cause)) throw cause;
    throw notReadable(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function notReadable(path: string, received: string, cause?: unknown): LamoError {
  return new LamoError({
    where: 'data/formats',
    code: 'not-readable',
    problem: `${path} cannot be opened`,
    expected: 'a file or folder that you may read',
    received,
    cause,
  });
}

function emptyFile(path: string): LamoError {
  return new LamoError({
    where: 'data/formats',
    code: 'empty-file',
    problem: `${path} is empty`,
    expected: 'a dataset',
    received: '0 bytes',
    hint: 'The download or copy failed: repeat it.',
  });
}
