import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { LamoError, replaceFile } from '@lamo/core';
import {
  type DecodeOptions,
  decodeFrom,
  type EncodeOptions,
  encodeSafetensors,
  type SafeTensors,
} from './safetensors';

/** Most bytes per read: system calls are limited to less than 2 GiB. */
const LARGEST_READ = 1 << 30;

/**
 * Reads a safetensors file, each tensor straight from the disk into its own array: beyond the result it
 * needs at most the memory of one tensor, and none for float32.
 *
 * @throws LamoError `not-found`, `not-safetensors`, `truncated`, `unsupported-type`, `damaged-file`
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
 * @throws LamoError `not-a-file`, `disk-full`, `not-writable`, `write-failed`, `out-of-range`
 */
export function writeSafetensors(path: string, contents: SafeTensors, options: EncodeOptions = {}): void {
  replaceFile(path, (temporary) => {
    const file = openSync(temporary, 'w');
    try {
      for (const part of encodeSafetensors(contents, options)) writeBytes(file, part);
    } finally {
      closeSync(file);
    }
  });
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw notReadable(path, cause);
  }
}

function notReadable(path: string, cause?: unknown): LamoError {
  return new LamoError({
    where: 'runtime/safetensors',
    code: 'not-found',
    problem: `${path} cannot be read`,
    expected: 'a file',
    hint: 'Check the path.',
    cause,
  });
}

/** Fills `bytes` from the file, up to its end. */
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
