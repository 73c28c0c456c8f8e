import { closeSync, openSync, readSync } from 'node:fs';
import { findHdf5Start } from './hdf5-signature';

/** Where the numbers of a dataset are stored. */
export interface Hdf5Storage {
  /** Raw files beside the HDF5 file hold the numbers: what is missing there reads as zeros. */
  readonly isExternal: boolean;
  /** False where numbers, or some chunks of them, were never written: they read as the fill value. */
  readonly isWritten: boolean;
}

/**
 * Reads from an object header where the numbers of a dataset are stored, which h5wasm does not say.
 * Source: HDF5 File Format Specification 3.0, sections II.A, III.A.1, IV.A and IV.A.2.i.
 *
 * @param address of the object header, as an object reference holds it
 * @param chunks how many chunks the whole dataset has
 * @throws RangeError if that is not the object header of a dataset
 */
export function findStorage(path: string, address: number, chunks: number): Hdf5Storage {
  const file = openSync(path, 'r');
  try {
    const bytes = openBytes(file);
    const messages = [...readMessages(bytes, address)];
    const layout = messages.find(({ type }) => type === MESSAGE.layout);
    if (!layout) throw new RangeError('no layout');
    const isExternal = messages.some(({ type }) => type === MESSAGE.externalFiles);
    return { isExternal, isWritten: isExternal || isWritten(bytes, layout, chunks) };
  } finally {
    closeSync(file);
  }
}

const MESSAGE = { externalFiles: 0x07, layout: 0x08, continuation: 0x10 };
const LAYOUT = { contiguous: 1, chunked: 2 };

interface Bytes {
  /** Reads bytes from a position that counts as the file's addresses do. */
  at(position: number, length: number): Buffer;
  /** Bytes of an address, and of a length. */
  readonly offsetSize: number;
  readonly lengthSize: number;
}

interface Message {
  readonly type: number;
  readonly data: Buffer;
  /** Whether `data` has no padding at its end. */
  readonly isExact: boolean;
}

function openBytes(file: number): Bytes {
  const start = findHdf5Start(file);
  if (start === undefined) throw new RangeError('no superblock');
  const at = (position: number, length: number) => {
    const bytes = Buffer.alloc(length);
    if (readSync(file, bytes, 0, length, start + position) < length) throw new RangeError('beyond the file');
    return bytes;
  };
  const superblock = at(0, 15);
  const sizes = superblock[8]! < 2 ? 13 : 9;
  return { at, offsetSize: superblock[sizes]!, lengthSize: superblock[sizes + 1]! };
}

/** Walks the messages of an object header of version 1 or 2, through all its blocks. */
function* readMessages(bytes: Bytes, address: number): Generator<Message> {
  const start = bytes.at(address, 16);
  const isNew = start.toString('latin1', 0, 4) === 'OHDR';
  if (!isNew && start[0] !== 1) throw new RangeError('no object header');
  const flags = isNew ? start[5]! : 0;
  const blocks = [
    isNew ? firstNewBlock(bytes, address, flags) : { at: address + 16, length: start.readUInt32LE(8) },
  ];
  const head = isNew ? (flags & 4 ? 6 : 4) : 8;
  for (const block of blocks) {
    if (blocks.length > MOST_BLOCKS) throw new RangeError('too many blocks');
    const data = bytes.at(block.at, block.length);
    for (let at = 0; at + head <= data.length; ) {
      const type = isNew ? data[at]! : data.readUInt16LE(at);
      const end = at + head + data.readUInt16LE(at + (isNew ? 1 : 2));
      const message = { type, data: data.subarray(at + head, end), isExact: isNew };
      if (type === MESSAGE.continuation) blocks.push(nextBlock(bytes, message.data, isNew));
      else yield message;
      at = end;
    }
  }
}

const MOST_BLOCKS = 10_000;

function firstNewBlock({ at }: Bytes, address: number, flags: number): { at: number; length: number } {
  const sizeAt = address + 6 + (flags & 32 ? 16 : 0) + (flags & 16 ? 4 : 0);
  const width = 1 << (flags & 3);
  return { at: sizeAt + width, length: readUnsigned(at(sizeAt, width), 0, width) };
}

function nextBlock(
  { offsetSize, lengthSize }: Bytes,
  data: Buffer,
  isNew: boolean,
): { at: number; length: number } {
  const at = readUnsigned(data, 0, offsetSize);
  const length = readUnsigned(data, offsetSize, lengthSize);
  // The newer ones begin with a signature and end with a checksum.
  return isNew ? { at: at + 4, length: length - 8 } : { at, length };
}

function isWritten(bytes: Bytes, { data, isExact }: Message, chunks: number): boolean {
  const { offsetSize } = bytes;
  const [version, kind] = data;
  if (version! < 3) {
    // Older libraries: dimensions, class, and the address after five reserved bytes. Compact data have no address.
    return data[2] === 0 || !isUndefined(data, 8, offsetSize);
  }
  if (kind === LAYOUT.contiguous) return !isUndefined(data, 2, offsetSize);
  if (kind !== LAYOUT.chunked) return true;
  if (version! > 3) return !isExact || !isUndefined(data, data.length - offsetSize, offsetSize);
  if (isUndefined(data, 3, offsetSize)) return false;
  return countChunks(bytes, readUnsigned(data, 3, offsetSize), data[2]!) >= chunks;
}

/** Counts the chunks that a B-tree (version 1) knows. */
function countChunks(bytes: Bytes, address: number, dimensions: number, depth = 0): number {
  const { offsetSize } = bytes;
  const keySize = 8 + 8 * dimensions;
  const headSize = 8 + 2 * offsetSize;
  const head = bytes.at(address, headSize);
  if (head.toString('latin1', 0, 4) !== 'TREE' || depth > 100) throw new RangeError('no chunk index');
  const entries = head.readUInt16LE(6);
  if (head[5] === 0) return entries;
  const body = bytes.at(address + headSize, entries * (keySize + offsetSize));
  let count = 0;
  for (let entry = 0; entry < entries; entry++) {
    const child = readUnsigned(body, entry * (keySize + offsetSize) + keySize, offsetSize);
    count += countChunks(bytes, child, dimensions, depth + 1);
  }
  return count;
}

function readUnsigned(bytes: Buffer, at: number, width: number): number {
  let value = 0;
  for (let i = width - 1; i >= 0; i--) value = 256 * value + bytes.readUInt8(at + i);
  return value;
}

/** HDF5 writes all ones for "nowhere". */
function isUndefined(bytes: Buffer, at: number, width: number): boolean {
  return bytes.subarray(at, at + width).every((byte) => byte === 0xff);
}
