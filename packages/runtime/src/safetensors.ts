import { ELEMENT_TYPES, type ElementType } from './element-types';
import { RuntimeError } from './errors';
import { floatsToHalves } from './half';
import { type HostArray, sizeOf } from './tree';

/** Tensors by name, and free text about them: what a `.safetensors` file holds. */
export interface SafeTensors {
  readonly tensors: ReadonlyMap<string, HostArray>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Options of {@link encodeSafetensors} and of `writeSafetensors`. */
export interface EncodeOptions {
  /** How numbers are stored: float32, or rounded to float16 at half the size. @default F32 */
  readonly elementType?: 'F32' | 'F16';
}

/** Options of {@link decodeSafetensors} and of `readSafetensors`. */
export interface DecodeOptions {
  /** Leaves out tensors of other names, which then cost neither time nor memory. @default all */
  readonly only?: (name: string) => boolean;
}

/** Something that holds a safetensors file: bytes in memory or a file on the disk. */
export interface SafeTensorsSource {
  /** Named in errors. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Copies bytes into a buffer of their own. */
  readonly read: (from: number, to: number) => Uint8Array<ArrayBuffer>;
}

/**
 * Writes tensors in the safetensors format: 8 bytes with the header's length, a JSON header, then the numbers.
 *
 * @returns the parts of the file in order, each made when it is asked for; float32 numbers are not copied
 * @throws RuntimeError `out-of-range` if a finite number is too large for float16
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
  // Padded with spaces so that the numbers start at a multiple of 8 bytes.
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
  padded.set(text);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(padded.length), true);
  yield length;
  yield padded;
  for (const [name, { data }] of tensors) {
    const numbers = elementType === 'F16' ? toHalves(name, data) : data;
    yield new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  }
}

/**
 * Reads the bytes of a safetensors file. All number types become float32.
 *
 * @param name of the source, for errors
 * @throws RuntimeError `not-safetensors`, `truncated`, `unsupported-type`
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

/** Reads header and tensors from wherever they are. @throws RuntimeError as {@link decodeSafetensors} */
export function decodeFrom(source: SafeTensorsSource, { only = () => true }: DecodeOptions): SafeTensors {
  const { header, start } = readHeader(source);
  const { __metadata__: metadata = {}, ...entries } = header;
  const wanted = Object.entries(entries).filter(([name]) => only(name));
  const checked = wanted.map(([name, entry]) => checkEntry(source, name, entry));
  const end = checked.reduce((last, { to }) => Math.max(last, start + to), start);
  if (end > source.size) throw truncated(source, end);
  const tensors = new Map<string, HostArray>();
  for (const { name, shape, type, from, to } of checked) {
    tensors.set(name, { shape, data: type.toFloats(source.read(start + from, start + to)) });
  }
  return { tensors, metadata: metadata as Record<string, string> };
}

/** One tensor of a header, found sound; `from` and `to` are bytes after the header. */
interface CheckedEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly from: number;
  readonly to: number;
}

function checkEntry(source: SafeTensorsSource, name: string, entry: unknown): CheckedEntry {
  const { dtype, shape, data_offsets: offsets } = Object(entry) as Record<string, unknown>;
  if (typeof dtype !== 'string' || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw notSafetensors(source, `its header says no type, shape or place of '${name}'`);
  }
  const type = ELEMENT_TYPES[dtype];
  if (type === undefined) throw unsupported(source, name, dtype);
  const [from, to] = offsets as [number, number];
  if (to - from !== sizeOf(shape) * type.size)
    throw notSafetensors(source, `'${name}' does not fill its shape`);
  return { name, shape, type, from, to };
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function readHeader(source: SafeTensorsSource): { header: Record<string, unknown>; start: number } {
  if (source.size < 8) throw notSafetensors(source, `it has ${source.size} bytes`);
  const length = Number(new DataView(source.read(0, 8).buffer).getBigUint64(0, true));
  if (length > 100_000_000) throw notSafetensors(source, 'its first 8 bytes are no header length');
  const start = 8 + length;
  if (start > source.size) throw truncated(source, start);
  try {
    return { header: Object(JSON.parse(new TextDecoder().decode(source.read(8, start)))), start };
  } catch (cause) {
    throw notSafetensors(source, 'its header is no JSON', cause);
  }
}

function toHalves(name: string, numbers: Float32Array): Uint16Array {
  const halves = floatsToHalves(numbers);
  // Infinite once rounded, and finite before.
  const at = halves.findIndex((bits, i) => (bits & 0x7fff) === 0x7c00 && Number.isFinite(numbers[i]));
  if (at === -1) return halves;
  throw new RuntimeError({
    where: 'safetensors',
    code: 'out-of-range',
    problem: `'${name}' has a number that float16 cannot hold`,
    expected: 'numbers within ±65,504',
    received: `${numbers[at]} at position ${at}`,
    hint: 'Write float32.',
  });
}

function notSafetensors({ name }: SafeTensorsSource, why: string, cause?: unknown): RuntimeError {
  return new RuntimeError({
    where: 'safetensors',
    code: 'not-safetensors',
    problem: `${name} is not a safetensors file: ${why}`,
    cause,
  });
}

function truncated({ name, size }: SafeTensorsSource, expected: number): RuntimeError {
  return new RuntimeError({
    where: 'safetensors',
    code: 'truncated',
    problem: `${name} ends too early`,
    expected: `${expected} bytes`,
    received: `${size}`,
    hint: 'It was cut while being copied or written: fetch it again, or use an earlier checkpoint.',
  });
}

function unsupported({ name: source }: SafeTensorsSource, name: string, dtype: string): RuntimeError {
  return new RuntimeError({
    where: 'safetensors',
    code: 'unsupported-type',
    problem: `'${name}' in ${source} has an element type that cannot be read`,
    expected: Object.keys(ELEMENT_TYPES).join(', '),
    received: dtype,
  });
}
