import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mountSmallDisk } from '../../../test/small-disk';
import { loadCheckpoint, loadCheckpointHeader, saveCheckpoint } from './checkpoint';
import { writeSafetensors } from './safetensors-file';
import { hostArray } from './tree';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamo-checkpoint-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const state = { actor: { 0: { weight: hostArray([1, 2], [0.1, 0.2]) } }, count: hostArray([], [3]) };

describe('a checkpoint', () => {
  it('keeps header and state', () => {
    const path = join(folder, 'step-1.safetensors');
    saveCheckpoint(path, { header: { step: 1, noise: { words: [1, -2, 3, 4] } }, state });
    expect(loadCheckpoint(path)).toEqual({ header: { step: 1, noise: { words: [1, -2, 3, 4] } }, state });
  });

  it('gives its header alone, and not that of a damaged one', () => {
    const path = join(folder, 'step-1.safetensors');
    saveCheckpoint(path, { header: { step: 1 }, state });
    expect(loadCheckpointHeader(path)).toEqual({ header: { step: 1 } });
    const bytes = readFileSync(path);
    bytes.writeUInt8(bytes.at(-1)! ^ 1, bytes.length - 1);
    writeFileSync(path, bytes);
    expect(() => loadCheckpointHeader(path)).toThrow(expect.objectContaining({ code: 'damaged-file' }));
  });

  it('replaces an older one and leaves no other file behind', () => {
    const path = join(folder, 'last.safetensors');
    saveCheckpoint(path, { header: 1, state });
    saveCheckpoint(path, { header: 2, state });
    expect(loadCheckpoint(path).header).toBe(2);
    expect(readdirSync(folder)).toEqual(['last.safetensors']);
  });

  it('leaves the older one whole when the disk is full', (context) => {
    const unmount = mountSmallDisk(folder);
    if (unmount === undefined) return context.skip('mounting a small disk takes root on Linux');
    try {
      const path = join(folder, 'last.safetensors');
      saveCheckpoint(path, { header: 'old', state });
      const large = { ...state, more: hostArray([200_000], new Float32Array(200_000)) }; // 800 kB
      expect(() => saveCheckpoint(path, { header: 'new', state: large })).toThrow(
        expect.objectContaining({
          code: 'disk-full',
          message: expect.stringContaining('What was there before is untouched'),
        }),
      );
      expect(loadCheckpoint(path).header).toBe('old');
      expect(readdirSync(folder)).toEqual(['last.safetensors']);
    } finally {
      unmount();
    }
  });

  it('says when its folder does not exist', () => {
    expect(() => saveCheckpoint(join(folder, 'missing', 'a'), { header: 1, state })).toThrow(
      expect.objectContaining({ code: 'not-writable' }),
    );
  });

  it('says where a missing one was looked for', () => {
    expect(() => loadCheckpoint(join(folder, 'none.safetensors'))).toThrow(
      /none\.safetensors cannot be read/,
    );
  });

  it('refuses files of another version', () => {
    const path = join(folder, 'other.safetensors');
    writeSafetensors(path, { tensors: new Map(), metadata: { format: '99', header: '{}' } });
    expect(() => loadCheckpoint(path)).toThrow(/Expected format 1, received format 99/);
  });

  it('refuses a safetensors file that is not a checkpoint', () => {
    const path = join(folder, 'weights.safetensors');
    writeSafetensors(path, { tensors: new Map(), metadata: {} });
    expect(() => loadCheckpoint(path)).toThrow(expect.objectContaining({ code: 'checkpoint-version' }));
  });

  it('refuses names of tensors that no state has, and no object changes', () => {
    const path = join(folder, 'harmful.safetensors');
    const metadata = { format: '1', header: '{}' };
    for (const name of ['__proto__/x', 'constructor/prototype/x', 'actor/__proto__/x', 'actor/shape']) {
      writeSafetensors(path, { tensors: new Map([[name, hostArray([], [1])]]), metadata });
      expect(() => loadCheckpoint(path)).toThrow(expect.objectContaining({ code: 'invalid-path' }));
    }
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it('refuses a header that is not JSON, and numbers that are not finite', () => {
    const path = join(folder, 'damaged.safetensors');
    writeSafetensors(path, { tensors: new Map(), metadata: { format: '1', header: '{"step":' } });
    expect(() => loadCheckpoint(path)).toThrow(expect.objectContaining({ code: 'damaged-checkpoint' }));
    for (const value of [Number.NaN, Number.NEGATIVE_INFINITY]) {
      saveCheckpoint(path, { header: {}, state: { actor: { weight: hostArray([2], [1, value]) } } });
      expect(() => loadCheckpoint(path)).toThrow(`${value} in 'actor/weight' at position 1`);
    }
  });
});
