/** Ways in which files go wrong: bits that flip, writes that stop, values that a hand or another program changed. */
import { extname } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Rng } from '@lamo/core';
import { metadataField, readMetadata } from './onnx-metadata';

/** A file that went wrong, and how. */
export interface Mutation {
  readonly bytes: Buffer;
  readonly what: string;
}

/**
 * Changes a file in one to three ways that fit its form: JSON and JSON lines also keep their form and lose their sense, compressed
 * text is changed inside, the header of a safetensors file also as the JSON that it is.
 */
export function mutate(file: string, original: Buffer, rng: Rng): Mutation {
  const times = pick(rng, [1, 1, 1, 2, 3]);
  let bytes = original;
  const what: string[] = [];
  for (let i = 0; i < times; i++) {
    const mutation = pick(rng, waysOf(file))(bytes, rng);
    bytes = mutation.bytes;
    what.push(mutation.what);
  }
  return { bytes, what: what.join(', then ') };
}

type Way = (bytes: Buffer, rng: Rng) => Mutation;

function waysOf(file: string): readonly Way[] {
  switch (extname(file)) {
    case '.json':
      return [changeBytes, changeText, changeJson, changeJson, changeJson, changeJson];
    case '.jsonl':
      return [changeBytes, changeText, changeJsonLine, changeJsonLine, changeJsonLine];
    case '.gz':
      return [changeBytes, changeInside];
    case '.txt':
    case '.csv':
      return [changeBytes, changeText];
    case '.onnx':
      return [changeBytes, changeOnnxMetadata, changeOnnxMetadata];
    case '.safetensors':
      return [changeBytes, changeBytes, changeTensorHeader, changeTensorHeader];
    default:
      return [changeBytes];
  }
}

const changeBytes: Way = (bytes, rng) => {
  const at = place(bytes, rng);
  const changed = Buffer.from(bytes);
  const ways: Record<string, () => Buffer> = {
    'a bit': () => {
      if (changed.length > 0) changed[at]! ^= 1 << rng.integer(8);
      return changed;
    },
    'a byte': () => {
      if (changed.length > 0) changed[at] = pick(rng, [0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x22, rng.integer(256)]);
      return changed;
    },
    'a number of four bytes': () => overwrite(changed, at, 4, rng),
    'a number of eight bytes': () => overwrite(changed, at, 8, rng),
    'an end that is missing': () => changed.subarray(0, at),
    'a few bytes too many': () => Buffer.concat([changed, noise(rng, 1 + rng.integer(64))]),
    'a piece that is missing': () =>
      Buffer.concat([changed.subarray(0, at), changed.subarray(at + 1 + rng.integer(64))]),
    'a piece that is there twice': () => Buffer.concat([changed.subarray(0, at), changed.subarray(at >> 1)]),
    'a piece of zeros': () => changed.fill(0, at, Math.min(changed.length, at + 1 + rng.integer(512))),
    nothing: () => (rng.integer(8) === 0 ? Buffer.alloc(0) : overwrite(changed, at, 8, rng)),
  };
  const [name, change] = pick(rng, Object.entries(ways));
  return { bytes: change(), what: `${name} at ${at}` };
};

const LINES = ['NaN', 'null', '-1', '1e999', '', '"', '}', '0'.repeat(5000), '\u0000', '\ud83e', '{}', '[]'];

const changeText: Way = (bytes, rng) => {
  const lines = bytes.toString('utf8').split('\n');
  const at = rng.integer(lines.length);
  const line = lines[at]!;
  const ways: Record<string, () => string[]> = {
    'no line': () => lines.toSpliced(at, 1),
    'a line twice': () => lines.toSpliced(at, 0, line),
    'half a line': () => lines.toSpliced(at, 1, line.slice(0, line.length >> 1)),
    'two lines in one': () => lines.toSpliced(at, 2, line + (lines[at + 1] ?? '')),
    'line ends of Windows': () => lines.map((each) => `${each}\r`),
    'a strange line': () => lines.toSpliced(at, rng.integer(2), pick(rng, LINES)),
    'a strange number': () => lines.toSpliced(at, 1, line.replace(/-?\d[\d.e+-]*/, pick(rng, LINES))),
    'a byte order mark': () => lines.toSpliced(0, 1, `\ufeff${lines[0]}`),
  };
  const [name, change] = pick(rng, Object.entries(ways));
  return { bytes: Buffer.from(change().join('\n')), what: `${name} in line ${at + 1}` };
};

const changeJson: Way = (bytes, rng) => {
  const value = parse(bytes.toString('utf8'));
  if (value === undefined) return changeText(bytes, rng);
  const [changed, what] = changeValue(value, rng);
  return { bytes: Buffer.from(changed), what };
};

const changeJsonLine: Way = (bytes, rng) => {
  const lines = bytes.toString('utf8').split('\n');
  const at = rng.integer(lines.length);
  const value = parse(lines[at]!);
  if (value === undefined) return changeText(bytes, rng);
  const [changed, what] = changeValue(value, rng);
  return { bytes: Buffer.from(lines.with(at, changed).join('\n')), what: `line ${at + 1}: ${what}` };
};

const changeInside: Way = (bytes, rng) => {
  const inside = unzip(bytes);
  if (inside === undefined) return changeBytes(bytes, rng);
  const { bytes: changed, what } = pick(rng, [changeText, changeBytes])(inside, rng);
  return { bytes: gzipSync(changed), what: `inside: ${what}` };
};

const changeTensorHeader: Way = (bytes, rng) => {
  const length = bytes.length < 8 ? 0 : Number(bytes.readBigUInt64LE(0));
  const value = parse(bytes.subarray(8, 8 + length).toString('utf8'));
  if (value === undefined) return changeBytes(bytes, rng);
  const [changed, what] = changeValue(value, rng);
  const header = Buffer.from(changed);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(header.length));
  return { bytes: Buffer.concat([size, header, bytes.subarray(8 + length)]), what: `header: ${what}` };
};

/** Changes the description in a model, which is JSON between others of its bytes; its length is said before it. */
const changeOnnxMetadata: Way = (bytes, rng) => {
  const metadata = readMetadata(bytes);
  const value = metadata === undefined ? undefined : parse(Object.values(metadata)[0] ?? '');
  if (value === undefined) return changeBytes(bytes, rng);
  const [changed, what] = changeValue(value, rng);
  const [key, text] = Object.entries(metadata!)[0]!;
  const before = metadataField(key, text);
  const at = bytes.indexOf(before);
  if (at === -1) return changeBytes(bytes, rng);
  const after = [metadataField(key, changed), bytes.subarray(at + before.length)];
  return { bytes: Buffer.concat([bytes.subarray(0, at), ...after]), what: `description: ${what}` };
};

/** What stands in a changed file for a value, as JSON. */
const VALUES: readonly string[] = [
  ...[
    'null',
    'true',
    '0',
    '-1',
    '0.5',
    '1e9',
    '1e308',
    '1e999',
    '9007199254740993',
    '-0',
    '""',
    '"a"',
    '[]',
    '{}',
  ],
  ...[
    '[null]',
    '{"markup":"<script>1</script>"}',
    '"<script>1</script>"',
    '"../../.."',
    '"NaN"',
    '[[[[1]]]]',
  ],
  ...[`"${'x'.repeat(100_000)}"`, '['.repeat(20_000) + ']'.repeat(20_000), `[${'0,'.repeat(20_000)}0]`],
];

const KEYS = ['__proto__', 'constructor', 'toString', 'constructor/prototype/x', '__proto__/x', 'x', ''];

interface Place {
  readonly parent: Record<string, unknown>;
  readonly key: string;
  readonly path: string;
}

/** Changes one value, or one key, of a JSON text. Placeholders let keys and values be written that JSON.stringify would mend. */
function changeValue(value: unknown, rng: Rng): [string, string] {
  const root = { root: value };
  const places = placesOf(root, '');
  const { parent, key, path } = pick(rng, places);
  const canMove = parent !== root && !Array.isArray(parent);
  const kind = rng.integer(canMove ? 10 : 7);
  if (kind < 7) {
    const text = pick(rng, VALUES);
    parent[key] = '\u0001';
    return [format(root.root, text), `${path} is ${text.slice(0, 30)}`];
  }
  const kept = parent[key];
  delete parent[key];
  if (kind < 9) return [JSON.stringify(root.root), `${path} is missing`];
  const name = pick(rng, KEYS);
  parent['\u0002'] = kept;
  return [format(root.root, '', name), `${path} is called ${name}`];
}

function format(value: unknown, text: string, key = ''): string {
  return JSON.stringify(value)
    .replace('"\\u0001"', () => text)
    .replace('"\\u0002"', () => JSON.stringify(key));
}

/** Every place of a value; of long arrays only the first few, so that other parts get their turn. */
function placesOf(parent: Record<string, unknown>, path: string): Place[] {
  return Object.keys(parent)
    .slice(0, 60)
    .flatMap((key) => {
      const value = parent[key];
      const here = path === '' ? key : `${path}.${key}`;
      const inner =
        typeof value === 'object' && value !== null ? placesOf(value as Record<string, unknown>, here) : [];
      return [{ parent, key, path: here }, ...(Array.isArray(value) ? inner.slice(0, 6) : inner)];
    });
}

/** Somewhere in a file; headers and footers, where formats keep what matters, more often than their share. */
function place({ length }: Buffer, rng: Rng): number {
  if (length === 0) return 0;
  const part = Math.min(length, 4096);
  return pick(rng, [
    () => rng.integer(part),
    () => length - 1 - rng.integer(part),
    () => rng.integer(length),
  ])();
}

const NUMBERS = [
  ...[
    0n,
    1n,
    2n,
    255n,
    65_535n,
    1n << 31n,
    (1n << 31n) - 1n,
    (1n << 32n) - 1n,
    1n << 40n,
    1n << 53n,
    (1n << 63n) - 1n,
  ],
  ...[0x7fc0_0000n, 0x7f80_0000n, 0x7ff8_0000_0000_0000n, 0x7ff0_0000_0000_0000n, (1n << 64n) - 1n],
];

function overwrite(bytes: Buffer, at: number, width: 4 | 8, rng: Rng): Buffer {
  const aligned = at - (at % width);
  if (aligned + width > bytes.length) return bytes;
  const number = pick(rng, NUMBERS);
  if (width === 8) bytes.writeBigUInt64LE(number, aligned);
  else bytes.writeUInt32LE(Number(number & 0xffff_ffffn), aligned);
  return bytes;
}

function noise(rng: Rng, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => rng.integer(256)));
}

function pick<T>(rng: Rng, from: readonly T[]): T {
  return from[rng.integer(from.length)]!;
}

/** Nested so deeply, a value is past what can be walked: it is text then. */
const DEEP = '['.repeat(500);

function parse(text: string): unknown {
  if (text.includes(DEEP)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function unzip(bytes: Buffer): Buffer | undefined {
  try {
    return gunzipSync(bytes);
  } catch {
    return undefined;
  }
}
