import { RuntimeError } from './errors';
import { type HostArray, sizeOf } from './tree';

/** Tensors by name, and free text about them: what a `.safetensors` file holds. */
export interface SafeTensors {
  readonly tensors: ReadonlyMap<string, HostArray>;
  readonly metadata: Readonly<Record<string, string>>;
}

interface HeaderEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/**
 * Writes tensors in the safetensors format: 8 bytes with the header's length, a JSON header, then the numbers.
 *
 * @returns the parts of the file in order; large tensors are not copied
 */
export function encodeSafetensors({ tensors, metadata }: SafeTensors): Uint8Array[] {
  let offset = 0;
  const header: Record<string, unknown> = { __metadata__: metadata };
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  // Padded with spaces so that the numbers start at a multiple of 8 bytes.
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
  padded.set(text);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(padded.length), true);
  const bytes = [...tensors.values()].map(
    ({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
  return [length, padded, ...bytes];
}

/**
 * Reads the bytes of a safetensors file. All number types become float32.
 *
 * @param source named in errors
 * @throws RuntimeError `not-safetensors`, `truncated`, `unsupported-type`
 */
export function decodeSafetensors(bytes: Uint8Array, source = 'safetensors'): SafeTensors {
  const { header, start } = readHeader(bytes, source);
  const { __metadata__: metadata = {}, ...entries } = header as Record<string, unknown>;
  const listed = Object.entries(entries as Record<string, HeaderEntry>);
  const end = listed.reduce((last, [, { data_offsets }]) => Math.max(last, start + data_offsets[1]), start);
  if (end > bytes.length) throw truncated(source, end, bytes.length);
  const tensors = new Map<string, HostArray>();
  for (const [name, entry] of listed) {
    const [from, to] = entry.data_offsets;
    const read = READERS[entry.dtype];
    if (read === undefined) throw unsupported(source, name, entry.dtype);
    // A copy, so that the numbers are aligned (and Buffer.slice would not make one).
    const data = read(Uint8Array.from(bytes.subarray(start + from, start + to)));
    if (data.length !== sizeOf(entry.shape))
      throw notSafetensors(source, `'${name}' does not fill its shape`);
    tensors.set(name, { shape: entry.shape, data });
  }
  return { tensors, metadata: metadata as Record<string, string> };
}

/** Each element type to float32, from aligned bytes. */
const READERS: Readonly<Record<string, (bytes: Uint8Array) => Float32Array>> = {
  F32: (bytes) => new Float32Array(bytes.buffer),
  F64: (bytes) => Float32Array.from(new Float64Array(bytes.buffer)),
  I64: (bytes) => Float32Array.from(new BigInt64Array(bytes.buffer), Number),
  I32: (bytes) => Float32Array.from(new Int32Array(bytes.buffer)),
  U8: (bytes) => Float32Array.from(bytes),
  BOOL: (bytes) => Float32Array.from(bytes),
};

function readHeader(bytes: Uint8Array, source: string): { header: unknown; start: number } {
  if (bytes.length < 8) throw notSafetensors(source, `it has ${bytes.length} bytes`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > 100_000_000) throw notSafetensors(source, 'its first 8 bytes are no header length');
  if (8 + length > bytes.length) throw truncated(source, 8 + length, bytes.length);
  try {
    return { header: JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))), start: 8 + length };
  } catch (cause) {
    throw notSafetensors(source, 'its header is no JSON', cause);
  }
}

function notSafetensors(source: string, why: string, cause?: unknown): RuntimeError {
  return new RuntimeError({
    where: 'safetensors',
    code: 'not-safetensors',
    problem: `${source} is not a safetensors file: ${why}`,
    cause,
  });
}

function truncated(source: string, expected: number, received: number): RuntimeError {
  return new RuntimeError({
    where: 'safetensors',
    code: 'truncated',
    problem: `${source} ends too early`,
    expected: `${expected} bytes`,
    received: `${received}`,
    hint: 'It was cut while being copied or written: fetch it again, or use an earlier checkpoint.',
  });
}

function unsupported(source: string, name: string, dtype: string): RuntimeError {
  return new RuntimeError({
    where: 'safetensors',
    code: 'unsupported-type',
    problem: `'${name}' in ${source} has an element type that cannot be read`,
    expected: Object.keys(READERS).join(', '),
    received: dtype,
  });
}
