import { createReadStream } from 'node:fs';
import { type Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { LamoError } from '@lamo/core';
import { MOST_GROWTH, mostText } from './most-text';

/**
 * Reads a UTF-8 file piece by piece, decompressed if its name ends in `.gz`. A byte order mark is left out.
 *
 * @throws LamoError `not-utf8`, `not-readable`, `damaged-file`, `too-large`
 */
export async function* readPieces(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const piece of openBytes(path)) yield decoder.decode(piece as Uint8Array, { stream: true });
    const rest = decoder.decode();
    if (rest !== '') yield rest;
  } catch (error) {
    throw LamoError.isInstance(error) ? error : readError(path, error);
  }
}

function openBytes(path: string): Readable {
  const file = createReadStream(path, { highWaterMark: 1 << 18 });
  if (!/\.gz$/i.test(path)) return file;
  const most = mostText(path);
  let length = 0;
  const limit = new Transform({
    transform(piece: Uint8Array, _, done) {
      length += piece.length;
      if (length > most) done(tooLarge(path, most));
      else done(null, piece);
    },
  });
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  file.on('error', (error) => limit.destroy(error));
  gunzip.on('error', (error) => limit.destroy(error));
  limit.on('close', () => {
    file.destroy();
    gunzip.destroy();
  });
  return file.pipe(gunzip).pipe(limit);
}

function tooLarge(path: string, most: number): LamoError {
  return new LamoError({
    where: 'data/text',
    code: 'too-large',
    problem: `${path} expands to far more than text does`,
    expected: `at most ${MOST_GROWTH} times its size, ${most} bytes`,
    received: 'more',
    hint: 'If it is as it should be, unpack it with `gunzip` and pass the unpacked file.',
  });
}

function readError(path: string, cause: unknown): LamoError {
  const { code = '', message = String(cause) } = cause as NodeJS.ErrnoException;
  const make = (code: string, problem: string, expected: string, received: string, hint: string) =>
    new LamoError({ where: 'data/text', code, problem, expected, received, hint, cause });
  if (code.startsWith('Z_')) {
    const hint = 'Download or copy it again: it may be cut off, or not compressed at all.';
    return make('damaged-file', `${path} cannot be unpacked`, 'gzip', message, hint);
  }
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    const hint =
      'Convert the file, for example with `iconv -t utf-8`, or leave it out. Compressed files must end in .gz.';
    return make('not-utf8', `${path} is not UTF-8 text`, 'UTF-8', 'bytes that are not valid UTF-8', hint);
  }
  return make(
    'not-readable',
    `${path} cannot be read`,
    'a file that you may read',
    message,
    'Check the path and its permissions.',
  );
}
