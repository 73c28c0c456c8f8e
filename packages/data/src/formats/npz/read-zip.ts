import { LamoError } from '@lamo/core';
import type { Entry, ZipFile } from 'yauzl';

/**
 * Reads the files in a zip archive that are wanted, one after another.
 *
 * @throws LamoError `damaged-file`, `too-large`
 */
export async function* readZip(
  path: string,
  isWanted: (name: string) => boolean,
): AsyncGenerator<readonly [name: string, bytes: Buffer]> {
  const { default: yauzl } = await import('yauzl');
  let zip: ZipFile | undefined;
  try {
    zip = await yauzl.openPromise(path, { lazyEntries: true, autoClose: false });
    for await (const entry of zip.eachEntry()) {
      if (isWanted(entry.fileName)) yield [entry.fileName, await readEntry(path, zip, entry)];
    }
  } catch (cause) {
    throw LamoError.isInstance(cause) ? cause : damaged(path, cause);
  } finally {
    zip?.close();
  }
}

/** Deflate makes at most 1032 bytes of one. */
const MOST_GROWTH = 1100;

const MOST_BYTES = 2 ** 31 - 1;

async function readEntry(path: string, zip: ZipFile, entry: Entry): Promise<Buffer> {
  const { uncompressedSize: size, compressedSize, fileName } = entry;
  if (size > compressedSize * MOST_GROWTH + 1000)
    throw damaged(path, new RangeError(`${fileName} has ${size} bytes in ${compressedSize}`));
  if (size > MOST_BYTES) throw tooLarge(path, fileName, size);
  const stream = await zip.openReadStreamPromise(entry);
  // Its library stops a stream that is longer than the archive says.
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  const bytes = Buffer.concat(pieces);
  if (crc32(bytes) === entry.crc32) return bytes;
  throw damaged(path, new RangeError(`${fileName} has another checksum than it should have`));
}

/** The checksum of zip and gzip; `zlib.crc32` is newer than the oldest Node that is supported. */
function crc32(bytes: Buffer): number {
  let checksum = 0xffffffff;
  for (let i = 0; i < bytes.length; i++)
    checksum = CRC_TABLE[(checksum ^ bytes[i]!) & 0xff]! ^ (checksum >>> 8);
  return ~checksum >>> 0;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function damaged(path: string, cause: unknown): LamoError {
  return new LamoError({
    where: 'data/npz',
    code: 'damaged-file',
    problem: `${path} cannot be read as a zip archive`,
    received: cause instanceof Error ? cause.message : String(cause),
    hint: 'Download or copy it again.',
    cause,
  });
}

function tooLarge(path: string, name: string, size: number): LamoError {
  return new LamoError({
    where: 'data/npz',
    code: 'too-large',
    problem: `${name} of ${path} is too large to be read at once`,
    expected: `at most ${MOST_BYTES} bytes`,
    received: `${size}`,
    hint: 'Save it as HDF5, or in several files.',
  });
}
