import { LamoError } from '@lamo/core';
import { ELEMENT_TYPES } from './element-types';
import { floatsToHalves } from './half';
import { CHECKSUM, checksum } from './safetensors-checksum';
import { byPlace, readHeader, type SafeTensorsSource, type TensorEntry } from './safetensors-header';
import type { HostArray } from './tree';

/** Tensors by name, and free text about them: what a `.safetensors` file holds. */
export interface SafeTensors {
  /** Tensors by name. */
  readonly tensors: ReadonlyMap<string, HostArray>;
  /** Free text by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Options of {@link encodeSafetensors} and of `writeSafetensors`. */
export interface EncodeOptions {
  /** How numbers are stored: float32, or rounded to float16 at half the size. @default F32 */
  readonly elementType?: 'F32' | 'F16';
}

/** Options of {@link decodeSafetensors} and of `readSafetensors`. */
export interface DecodeOptions {
  /** Skips tensors with other names, which then cost neither time nor memory. @default all */
  readonly only?: (name: string) => boolean;
}

/**
 * Writes tensors in the safetensors format: 8 bytes with the header's length, a JSON header, then the numbers. The header's
 * metadata contain the SHA-256 of everything as `lamo_sha256`, so that readers notice damage.
 *
 * @returns the parts of the file in order; float32 numbers are not copied
 * @throws LamoError `out-of-range` if a finite number is too large for float16
 */
export function* encodeSafetensors(
  { tensors, metadata }: SafeTensors,
  { elementType = 'F32' }: EncodeOptions = {},
): Generator<Uint8Array> {
  let offset = 0;
  const header: Record<string, unknown> = { __metadata__: metadata };
  for (const [name, { shape, data }] of tensors) {
    const end = offset + data.length * ELEMENT_TYPES[elementType]!.size;
    header[name] = { dtype: elementType, shape, data_offsets: [offset, end] };
    offset = end;
  }
  const sum = checksum(header);
  // Needed twice; not copied unless they are rounded.
  const parts = [...encodeNumbers(tensors, elementType)];
  for (const part of parts) sum.add(part);
  header.__metadata__ = { ...metadata, [CHECKSUM]: sum.read() };
  // Padded with spaces so that the numbers start at a multiple of 8 bytes.
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
  padded.set(text);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(padded.length), true);
  yield length;
  yield padded;
  yield* parts;
}

function* encodeNumbers(tensors: SafeTensors['tensors'], elementType: string): Generator<Uint8Array> {
  for (const [name, { data }] of tensors) {
    const numbers = elementType === 'F16' ? toHalves(name, data) : data;
    yield new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  }
}

/**
 * Reads the bytes of a safetensors file. All number types become float32. A file that violates the format anywhere is
 * refused, even if only a part of it is needed, and so is one whose checksum does not match. Files without a checksum, from
 * other programs or earlier versions, are read as they are.
 *
 * @param name of the source, for errors
 * @throws LamoError `not-safetensors`, `truncated`, `unsupported-type`, `damaged-file`
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  name = 'safetensors',
  options: DecodeOptions = {},
): SafeTensors {
  // A copy, so that the numbers are aligned (and Buffer.slice would not make one).
  const read = (from: number, to: number) => new Uint8Array(bytes.subarray(from, to));
  return decodeFrom({ name, size: bytes.length, read }, options);
}

/** Reads header and tensors from any source. @throws LamoError as {@link decodeSafetensors} */
export function decodeFrom(source: SafeTensorsSource, { only = () => true }: DecodeOptions): SafeTensors {
  const { entries, metadata, fields, checksum: expected } = readHeader(source);
  const wanted = entries.filter(({ name }) => only(name));
  const unknown = wanted.find(({ dtype }) => !Object.hasOwn(ELEMENT_TYPES, dtype));
  if (unknown !== undefined) throw unsupported(source, unknown);
  const sum = expected === undefined ? undefined : checksum(fields);
  const found = new Map<string, HostArray>();
  // In the order of the file, which the checksum follows.
  for (const { name, dtype, shape, from, to } of entries.toSorted(byPlace)) {
    if (!only(name)) {
      if (sum) for (const piece of readPieces(source, from, to)) sum.add(piece);
      continue;
    }
    const bytes = source.read(from, to);
    sum?.add(bytes);
    found.set(name, { shape, data: ELEMENT_TYPES[dtype]!.toFloats(bytes) });
  }
  const received = sum?.read();
  if (received !== expected) throw damaged(source, expected!, received!);
  return { tensors: new Map(wanted.map(({ name }) => [name, found.get(name)!])), metadata };
}

/** Bytes in memory at a time of a tensor that is only hashed. */
const PIECE = 1 << 24;

function* readPieces(source: SafeTensorsSource, from: number, to: number): Generator<Uint8Array> {
  for (let at = from; at < to; at += PIECE) yield source.read(at, Math.min(at + PIECE, to));
}

function toHalves(name: string, numbers: Float32Array): Uint16Array {
  const halves = floatsToHalves(numbers);
  // Infinite once rounded, and finite before.
  const at = halves.findIndex((bits, i) => (bits & 0x7fff) === 0x7c00 && Number.isFinite(numbers[i]));
  if (at === -1) return halves;
  throw new LamoError({
    where: 'runtime/safetensors',
    code: 'out-of-range',
    problem: `'${name}' contains a number that does not fit into float16`,
    expected: 'numbers within ±65,504',
    received: `${numbers[at]} at position ${at}`,
    hint: 'Write float32.',
  });
}

function damaged({ name }: SafeTensorsSource, expected: string, received: string): LamoError {
  const hint =
    'Copy or download it again. If it is a checkpoint, use the one before it: once this one is removed, its run continues from there. ' +
    `(A program that changes such a file on purpose must remove \`${CHECKSUM}\` from its metadata.)`;
  return new LamoError({
    where: 'runtime/safetensors',
    code: 'damaged-file',
    problem: `${name} was damaged or changed after it was written: its checksum does not match`,
    expected: `sha256 ${expected.slice(0, 12)}…`,
    received: `sha256 ${received.slice(0, 12)}…`,
    hint,
  });
}

function unsupported({ name: source }: SafeTensorsSource, { name, dtype }: TensorEntry): LamoError {
  return new LamoError({
    where: 'runtime/safetensors',
    code: 'unsupported-type',
    problem: `'${name}' in ${source} has an unsupported element type`,
    expected: Object.keys(ELEMENT_TYPES).join(', '),
    received: dtype,
  });
}
