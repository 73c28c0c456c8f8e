import { ELEMENT_TYPES } from './element-types';
import { RuntimeError } from './errors';
import { floatsToHalves } from './half';
import { readHeader, type SafeTensorsSource, type TensorEntry } from './safetensors-header';
import type { HostArray } from './tree';

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
 * Reads the bytes of a safetensors file. All number types become float32. A file that does not keep to the format in every
 * byte is refused, also where only a part of it is wanted.
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
  const { entries, metadata } = readHeader(source);
  const wanted = entries.filter(({ name }) => only(name));
  const unknown = wanted.find(({ dtype }) => !Object.hasOwn(ELEMENT_TYPES, dtype));
  if (unknown !== undefined) throw unsupported(source, unknown);
  const tensors = new Map<string, HostArray>();
  for (const { name, dtype, shape, from, to } of wanted) {
    tensors.set(name, { shape, data: ELEMENT_TYPES[dtype]!.toFloats(source.read(from, to)) });
  }
  return { tensors, metadata };
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

function unsupported({ name: source }: SafeTensorsSource, { name, dtype }: TensorEntry): RuntimeError {
  return new RuntimeError({
    where: 'safetensors',
    code: 'unsupported-type',
    problem: `'${name}' in ${source} has an element type that cannot be read`,
    expected: Object.keys(ELEMENT_TYPES).join(', '),
    received: dtype,
  });
}
