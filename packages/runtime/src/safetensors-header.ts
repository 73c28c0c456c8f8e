import { LamoError } from '@lamo/core';
import { ELEMENT_TYPES } from './element-types';
import { CHECKSUM, type HeaderFields } from './safetensors-checksum';
import { sizeOf } from './tree';

/** Something that holds a safetensors file: bytes in memory or a file on the disk. */
export interface SafeTensorsSource {
  /** Named in errors. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Copies bytes into a buffer of their own. */
  readonly read: (from: number, to: number) => Uint8Array<ArrayBuffer>;
}

/** The header's entry for a tensor; `from` and `to` are bytes of the file. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** A parsed header. */
export interface SafeTensorsHeader {
  readonly entries: readonly TensorEntry[];
  /** Without the checksum. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The header as it was parsed. */
  readonly fields: HeaderFields;
  /** The checksum stored in the file; files of other programs and of earlier versions have none. */
  readonly checksum: string | undefined;
}

/** Sorts tensors by their position in the file. */
export function byPlace(a: TensorEntry, b: TensorEntry): number {
  return a.from - b.from || a.to - b.to;
}

/** Largest header in bytes, as in the format's own reader. */
const LONGEST_HEADER = 100_000_000;

/**
 * Reads the header of a safetensors file and checks it as strictly as the format asks: each name occurs once, every tensor fills its
 * shape, and together they fill the rest of the file without gaps.
 *
 * @throws LamoError `not-safetensors`, `truncated`
 */
export function readHeader(source: SafeTensorsSource): SafeTensorsHeader {
  if (source.size < 8) throw notSafetensors(source, `it has ${source.size} bytes`);
  const length = new DataView(source.read(0, 8).buffer).getBigUint64(0, true);
  if (length > LONGEST_HEADER)
    throw notSafetensors(source, 'its first 8 bytes are not the length of a header');
  const start = 8 + Number(length);
  if (start > source.size) throw truncated(source, start);
  const fields = parseHeader(source, start);
  const { __metadata__: metadata = {}, ...tensors } = fields;
  if (!isRecord(metadata) || !Object.values(metadata).every((text) => typeof text === 'string')) {
    throw notSafetensors(source, "its header's __metadata__ is not text by name");
  }
  const entries = Object.entries(tensors).map(([name, entry]) => readEntry(source, name, entry, start));
  checkPlaces(source, entries, start);
  const { [CHECKSUM]: checksum, ...others } = metadata as Record<string, string>;
  return { entries, metadata: others, fields, checksum };
}

function parseHeader(source: SafeTensorsSource, start: number): Record<string, unknown> {
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(source.read(8, start));
    header = JSON.parse(text);
  } catch (cause) {
    throw notSafetensors(source, 'its header is not JSON', cause);
  }
  if (!isRecord(header)) throw notSafetensors(source, 'its header is not a JSON object');
  // Parsing keeps one of two equal names, and another reader may keep the other.
  if (countWrittenKeys(text) > countKeys(header)) throw notSafetensors(source, 'its header has a name twice');
  return header;
}

/** In JSON, a string before a colon is a key. */
function countWrittenKeys(json: string): number {
  let keys = 0;
  for (const [, colon] of json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)) if (colon !== undefined) keys++;
  return keys;
}

function countKeys(header: object): number {
  let keys = 0;
  const found: unknown[] = [header];
  for (const value of found) {
    if (typeof value !== 'object' || value === null) continue;
    if (!Array.isArray(value)) keys += Object.keys(value).length;
    for (const child of Object.values(value)) found.push(child);
  }
  return keys;
}

function readEntry(source: SafeTensorsSource, name: string, entry: unknown, start: number): TensorEntry {
  const { dtype, shape, data_offsets: offsets } = Object(entry) as Record<string, unknown>;
  if (typeof dtype !== 'string' || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw notSafetensors(source, `its header does not give the type, shape and place of '${name}'`);
  }
  const [from, to] = offsets as [number, number];
  const size = elementSize(dtype);
  // For unknown types only the position can be checked.
  if (to < from || (size !== undefined && to - from !== sizeOf(shape) * size)) {
    throw notSafetensors(source, `'${name}' does not fill its shape`);
  }
  return { name, dtype, shape, from: start + from, to: start + to };
}

function elementSize(dtype: string): number | undefined {
  return Object.hasOwn(ELEMENT_TYPES, dtype) ? ELEMENT_TYPES[dtype]!.size : undefined;
}

/** Checks that tensors neither overlap nor leave gaps. */
function checkPlaces(source: SafeTensorsSource, entries: readonly TensorEntry[], start: number): void {
  let end = start;
  for (const { name, from, to } of entries.toSorted(byPlace)) {
    if (from !== end) {
      const what = from < end ? 'starts inside the tensor before it' : 'leaves a gap before it';
      throw notSafetensors(source, `'${name}' ${what}, at byte ${from} instead of ${end}`);
    }
    end = to;
  }
  if (end > source.size) throw truncated(source, end);
  if (end < source.size) {
    throw notSafetensors(source, `it has ${source.size - end} bytes after its last tensor`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function notSafetensors({ name }: SafeTensorsSource, why: string, cause?: unknown): LamoError {
  return new LamoError({
    where: 'runtime/safetensors',
    code: 'not-safetensors',
    problem: `${name} is not a safetensors file: ${why}`,
    hint: 'It is damaged or in another format: download or save it again.',
    cause,
  });
}

function truncated({ name, size }: SafeTensorsSource, expected: number): LamoError {
  return new LamoError({
    where: 'runtime/safetensors',
    code: 'truncated',
    problem: `${name} ends too early`,
    expected: `${expected} bytes`,
    received: `${size}`,
    hint: 'It was cut off while being copied or written: download it again, or use an earlier checkpoint.',
  });
}
