import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from './safetensors';
import { hostArray } from './tree';

const file = () => {
  const tensors = new Map([
    ['actor/weight', hostArray([2, 3], [1, -2, 3.5, 0, 1e-30, 6])],
    ['step', hostArray([], [7])],
    ['empty', hostArray([0, 4], [])],
  ]);
  return Buffer.concat([...encodeSafetensors({ tensors, metadata: { note: 'äöü "quoted"' } })]);
};

/** A file with a header as given, then zeros. */
function withHeader(header: unknown, zeros: number): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(zeros)]);
}

function throws(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch {
    return true;
  }
}

describe('safetensors', () => {
  it('reads back names, shapes, numbers and metadata', () => {
    const { tensors, metadata } = decodeSafetensors(file());
    expect([...tensors]).toEqual([
      ['actor/weight', { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, 1e-30, 6) }],
      ['step', { shape: [], data: Float32Array.of(7) }],
      ['empty', { shape: [0, 4], data: new Float32Array(0) }],
    ]);
    expect(metadata).toEqual({ note: 'äöü "quoted"' });
  });

  it('starts the numbers at a multiple of eight bytes', () => {
    const bytes = file();
    expect(Number(bytes.readBigUInt64LE(0)) % 8).toBe(0);
  });

  it('reads numbers at any offset of a larger buffer', () => {
    const shifted = Buffer.concat([Buffer.alloc(3), file()]).subarray(3);
    expect(decodeSafetensors(shifted).tensors.get('step')!.data[0]).toBe(7);
  });

  it('refuses a file with any byte changed, in the header or among the numbers', () => {
    const bytes = file();
    const { tensors } = decodeSafetensors(bytes);
    for (let at = 0; at < bytes.length; at++) {
      for (const bit of [0, 3, 6]) {
        const changed = Buffer.from(bytes);
        changed[at]! ^= 1 << bit;
        const read = () => decodeSafetensors(changed).tensors;
        // Only the name of the checksum may change: then there is none, and the numbers are right.
        const named = bytes.indexOf('lamo_sha256');
        if (at >= named && at < named + 11 && !throws(read)) expect(read()).toEqual(tensors);
        else expect(read, `bit ${bit} of byte ${at}`).toThrow();
      }
    }
  });

  it('refuses zeros for numbers, saying what to do, also where that tensor is not wanted', () => {
    const bytes = file();
    const damaged = Buffer.from(bytes).fill(0, bytes.length - 28);
    for (const only of [() => true, (name: string) => name === 'step', () => false]) {
      expect(() => decodeSafetensors(damaged, 'step-5.safetensors', { only })).toThrow(
        expect.objectContaining({
          code: 'damaged-file',
          message: expect.stringMatching(/step-5\.safetensors was damaged.*use the one before it/),
        }),
      );
    }
  });

  it('reads a file without a checksum as it is, and has none among the metadata of one that has', () => {
    const { tensors, metadata } = decodeSafetensors(file());
    const x = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
    const foreign = withHeader({ __metadata__: metadata, x }, 8);
    expect(decodeSafetensors(foreign)).toEqual({
      tensors: new Map([['x', hostArray([2], [0, 0])]]),
      metadata,
    });
    expect(Object.keys(metadata)).toEqual(['note']);
    expect(Buffer.concat([...encodeSafetensors({ tensors, metadata })])).toEqual(file());
  });

  it('sums up names that JavaScript would reorder as they are written', () => {
    const tensors = new Map(['b', '10', '2'].map((name, i) => [name, hostArray([1], [i])]));
    const bytes = Buffer.concat([...encodeSafetensors({ tensors, metadata: {} })]);
    expect(decodeSafetensors(bytes).tensors).toEqual(tensors);
  });

  it('says how many bytes are missing from a truncated file', () => {
    const bytes = file();
    expect(() => decodeSafetensors(bytes.subarray(0, bytes.length - 5), 'a.safetensors')).toThrow(
      `a.safetensors ends too early. Expected ${bytes.length} bytes, received ${bytes.length - 5}.`,
    );
  });

  it.each([
    ['an empty file', Buffer.alloc(0)],
    ['text', Buffer.from('observations,actions\n1,2\n')],
    [
      'a header that is not JSON',
      Buffer.concat([Buffer.from([4, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{no}')]),
    ],
  ])('refuses %s', (_, bytes) => {
    expect(() => decodeSafetensors(bytes)).toThrow(expect.objectContaining({ code: 'not-safetensors' }));
  });

  it('refuses an element type that it cannot read, naming tensor and type', () => {
    for (const dtype of ['F8_E4M3', 'constructor', '__proto__']) {
      const bytes = withHeader({ x: { dtype, shape: [1], data_offsets: [0, 1] } }, 1);
      expect(() => decodeSafetensors(bytes)).toThrow(new RegExp(`'x'.*${dtype}`));
    }
  });

  it('reads every other tensor of a file with one that is left out', () => {
    const x = { dtype: 'F8_E4M3', shape: [1], data_offsets: [0, 1] };
    const bytes = withHeader({ x, y: { dtype: 'U8', shape: [2], data_offsets: [1, 3] } }, 3);
    const { tensors } = decodeSafetensors(bytes, 'mixed', { only: (name) => name === 'y' });
    expect([...tensors]).toEqual([['y', { shape: [2], data: new Float32Array(2) }]]);
  });

  it.each([
    ['BF16', 2, [0x80, 0x3f, 0x20, 0xc0]],
    ['F16', 2, [0x00, 0x3c, 0x00, 0xc1]],
    ['I32', 4, [1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff]],
    ['I64', 8, [1, 0, 0, 0, 0, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ['F64', 8, [0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 4, 0xc0]],
  ])('reads %s as float32', (dtype, size, numbers) => {
    const bytes = withHeader({ x: { dtype, shape: [2], data_offsets: [0, 2 * size] } }, 0);
    const { tensors } = decodeSafetensors(Buffer.concat([bytes, Buffer.from(numbers)]));
    expect([...tensors.get('x')!.data]).toEqual([1, dtype.startsWith('I') ? -2 : -2.5]);
  });

  it.each([
    ['a tensor that does not fill its shape', { dtype: 'F32', shape: [3], data_offsets: [0, 8] }],
    ['half an element', { dtype: 'F64', shape: [1], data_offsets: [0, 7] }],
    ['a negative length', { dtype: 'F32', shape: [-1], data_offsets: [4, 0] }],
    ['a tensor without a place', { dtype: 'F32', shape: [1] }],
    ['a tensor that is nothing', null],
  ])('refuses %s', (_, x) => {
    expect(() => decodeSafetensors(withHeader({ x }, 8))).toThrow(
      expect.objectContaining({ code: 'not-safetensors', message: expect.stringContaining("'x'") }),
    );
  });

  const pair = (a: readonly number[], b: readonly number[]) => ({
    a: { dtype: 'U8', shape: [a[1]! - a[0]!], data_offsets: a },
    b: { dtype: 'U8', shape: [b[1]! - b[0]!], data_offsets: b },
  });
  it.each([
    ['tensors that overlap', pair([0, 5], [4, 8]), /'b' starts inside the tensor before it/],
    ['tensors in one place', pair([0, 8], [0, 8]), /'b' starts inside the tensor before it/],
    ['a gap between tensors', pair([0, 3], [4, 8]), /'b' leaves a gap before it/],
    ['a gap before the first tensor', pair([1, 4], [4, 8]), /'a' leaves a gap before it/],
    ['bytes after the last tensor', pair([4, 7], [0, 4]), /1 bytes after its last tensor/],
    ['bytes without a tensor', {}, /8 bytes after its last tensor/],
    [
      'a size that no number can hold',
      { a: { dtype: 'U8', shape: [2 ** 40, 2 ** 40], data_offsets: [0, 8] } },
      /'a'/,
    ],
    [
      'a name twice',
      '{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"a":{"dtype":"U8","shape":[2,4],"data_offsets":[0,8]}}',
      /name twice/,
    ],
    ['a field twice', '{"a":{"dtype":"U8","shape":[8],"shape":[2,4],"data_offsets":[0,8]}}', /name twice/],
    ['metadata that is not text', { __metadata__: { format: 1 }, ...pair([0, 4], [4, 8]) }, /__metadata__/],
    ['no metadata at all', { __metadata__: null, ...pair([0, 4], [4, 8]) }, /__metadata__/],
    ['a list for a header', [], /not a JSON object/],
  ])('refuses %s', (_, header, message) => {
    const bytes = withHeader(header, 8);
    const refusal = expect.objectContaining({
      code: 'not-safetensors',
      message: expect.stringMatching(message),
    });
    expect(() => decodeSafetensors(bytes)).toThrow(refusal);
    expect(() => decodeSafetensors(bytes, 'part', { only: () => false })).toThrow(refusal);
  });

  it('reads tensors in any order, and names with quotes and colons', () => {
    const header = { ':b": "': pair([4, 8], [0, 4]).a, a: pair([4, 8], [0, 4]).b };
    expect([...decodeSafetensors(withHeader(header, 8)).tensors.keys()]).toEqual([':b": "', 'a']);
  });

  it('keeps names that mean something to JavaScript as names', () => {
    const x = { dtype: 'U8', shape: [1], data_offsets: [0, 1] };
    const bytes = withHeader(`{"__proto__":${JSON.stringify(x)}}`, 1);
    expect([...decodeSafetensors(bytes).tensors.keys()]).toEqual(['__proto__']);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('rounds to float16 where that is asked for, at half the size', () => {
    const tensors = new Map([['x', hostArray([3], [0.1, -2, 65504])]]);
    const bytes = Buffer.concat([...encodeSafetensors({ tensors, metadata: {} }, { elementType: 'F16' })]);
    const { data } = decodeSafetensors(bytes).tensors.get('x')!;
    expect([...data]).toEqual([0.0999755859375, -2, 65504]);
    expect(bytes.length - 8 - Number(bytes.readBigUInt64LE(0))).toBe(6);
  });

  it('rounds each number once, so that its checksum is of what is written whatever becomes of the tensors', () => {
    const tensor = hostArray([2], [1, 2]);
    const parts = encodeSafetensors(
      { tensors: new Map([['x', tensor]]), metadata: {} },
      { elementType: 'F16' },
    );
    const length = parts.next().value!;
    tensor.data.fill(3);
    const { data } = decodeSafetensors(Buffer.concat([length, ...parts])).tensors.get('x')!;
    expect([...data]).toEqual([1, 2]);
  });

  it('refuses to round a number to infinity', () => {
    const tensors = new Map([['x', hostArray([2], [Number.POSITIVE_INFINITY, 1e5])]]);
    const encode = () => [...encodeSafetensors({ tensors, metadata: {} }, { elementType: 'F16' })];
    expect(encode).toThrow(/'x'.*100000 at position 1/);
  });
});
