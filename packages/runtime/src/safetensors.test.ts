import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from './safetensors';
import { hostArray } from './tree';

const file = () => {
  const tensors = new Map([
    ['actor/weight', hostArray([2, 3], [1, -2, 3.5, 0, 1e-30, 6])],
    ['step', hostArray([], [7])],
    ['empty', hostArray([0, 4], [])],
  ]);
  return Buffer.concat(encodeSafetensors({ tensors, metadata: { note: 'äöü "quoted"' } }));
};

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

  it('says how many bytes are missing from a truncated file', () => {
    const bytes = file();
    expect(() => decodeSafetensors(bytes.subarray(0, bytes.length - 5), 'a.safetensors')).toThrow(
      `a.safetensors ends too early. Expected ${bytes.length} bytes. Received ${bytes.length - 5}.`,
    );
  });

  it.each([
    ['an empty file', Buffer.alloc(0)],
    ['text', Buffer.from('observations,actions\n1,2\n')],
    ['a header that is no JSON', Buffer.concat([Buffer.from([4, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{no}')])],
  ])('refuses %s', (_, bytes) => {
    expect(() => decodeSafetensors(bytes)).toThrow(expect.objectContaining({ code: 'not-safetensors' }));
  });

  it('refuses an element type that it cannot read, naming tensor and type', () => {
    const header = Buffer.from(JSON.stringify({ x: { dtype: 'F8_E4M3', shape: [1], data_offsets: [0, 1] } }));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    expect(() => decodeSafetensors(Buffer.concat([length, header, Buffer.alloc(1)]))).toThrow(/'x'.*F8_E4M3/);
  });
});
