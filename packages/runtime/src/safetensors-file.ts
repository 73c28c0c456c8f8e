import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { RuntimeError } from './errors';
import {
  type DecodeOptions,
  decodeFrom,
  type EncodeOptions,
  encodeSafetensors,
  type SafeTensors,
} from './safetensors';

/** Most bytes of one read: the system's calls take less than 2 GiB. */
const LARGEST_READ = 1 << 30;

/**
 * Reads a safetensors file, each tensor straight from the disk into its own array: besides the result, no more
 * memory is needed than one tensor has bytes, and none for float32.
 *
 * @throws RuntimeError `not-found`, `not-safetensors`, `truncated`, `unsupported-type`, `damaged-file`
 */
export function readSafetensors(path: string, options: DecodeOptions = {}): SafeTensors {
  const file = openFile(path);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw notReadable(path);
    const read = (from: number, to: number) => readBytes(file, from, new Uint8Array(to - from));
    return decodeFrom({ name: path, size: stats.size, read }, options);
  } finally {
    closeSync(file);
  }
}

/**
 * Writes a safetensors file, tensor by tensor. It appears whole or not at all: the bytes go to a temporary file
 * beside it, which is flushed to the disk and renamed. A link stays, and the file that it leads to is replaced.
 *
 * @throws RuntimeError `not-a-file`, `disk-full`, `not-writable`, `out-of-range`
 */
export function writeSafetensors(path: string, contents: SafeTensors, options: EncodeOptions = {}): void {
  const target = writeTarget(path);
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    const file = openSync(temporary, 'w');
    try {
      for (const part of encodeSafetensors(contents, options)) writeBytes(file, part);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, target);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw cause instanceof RuntimeError ? cause : writeError(path, cause);
  }
}

/** The file to replace. Devices, pipes and sockets must not be: a rename would destroy them. */
function writeTarget(path: string): string {
  const stats = look(path);
  if (stats === undefined) return path;
  if (stats.isFile()) return realpathSync(path);
  throw new RuntimeError({
    where: 'safetensors',
    code: 'not-a-file',
    problem: `${path} is not a file, so it is not replaced by one`,
    expected: 'a file, a link to one, or a path where there is nothing yet',
    received: stats.isDirectory() ? 'a folder' : 'a device, a pipe or a socket',
    hint: 'Choose another path.',
  });
}

function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw writeError(path, cause);
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw notReadable(path, cause);
  }
}

function notReadable(path: string, cause?: unknown): RuntimeError {
  return new RuntimeError({
    where: 'safetensors',
    code: 'not-found',
    problem: `${path} cannot be read`,
    expected: 'a file',
    hint: 'Check the path.',
    cause,
  });
}

/** Fills `bytes` from the file, as far as it goes. */
function readBytes(file: number, from: number, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  for (let at = 0; at < bytes.length; ) {
    const read = readSync(file, bytes, at, Math.min(bytes.length - at, LARGEST_READ), from + at);
    if (read === 0) break;
    at += read;
  }
  return bytes;
}

function writeBytes(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at);
}

function writeError(path: string, cause: unknown): RuntimeError {
  const isFull = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
  return new RuntimeError({
    where: 'safetensors',
    code: isFull ? 'disk-full' : 'not-writable',
    problem: isFull ? `The disk is full: ${path} was not written` : `${path} cannot be written`,
    received: (cause as Error).message,
    hint: isFull
      ? 'Free some space: what was there before is untouched.'
      : 'Check that the folder exists and is yours.',
    cause,
  });
}
