import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fixturePath } from '../../../test/fixtures';
import { decodeSafetensors } from './safetensors';
import { readSafetensors, writeSafetensors } from './safetensors-file';
import { hostArray } from './tree';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamo-safetensors-'));
  path = join(folder, 'model.safetensors');
});
afterEach(() => rmSync(folder, { recursive: true }));

const contents = {
  tensors: new Map([
    ['wte.weight', hostArray([2, 2], [0.25, -3, 1e-30, 4])],
    ['empty', hostArray([0, 3], [])],
    ['bias', hostArray([1], [7])],
  ]),
  metadata: { format: 'pt' },
};

describe('a safetensors file', () => {
  it('is read as it was written', () => {
    writeSafetensors(path, contents);
    expect(readSafetensors(path)).toEqual(contents);
    expect(readdirSync(folder)).toEqual(['model.safetensors']);
  });

  it('may be read in part', () => {
    writeSafetensors(path, contents);
    const { tensors } = readSafetensors(path, { only: (name) => name === 'bias' });
    expect([...tensors]).toEqual([['bias', hostArray([1], [7])]]);
  });

  it.skipIf(process.platform === 'win32')(
    'does not take the place of a pipe, nor of a link to a file',
    () => {
      execFileSync('mkfifo', [path]);
      const link = join(folder, 'link');
      symlinkSync('model.safetensors', link);
      for (const each of [path, link]) {
        expect(() => writeSafetensors(each, contents)).toThrow(
          expect.objectContaining({ code: 'not-a-file' }),
        );
      }
      expect(lstatSync(path).isFIFO()).toBe(true);
      rmSync(path);
      writeFileSync(path, 'old');
      writeSafetensors(link, contents);
      expect(lstatSync(link).isSymbolicLink()).toBe(true);
      expect(readSafetensors(path)).toEqual(contents);
    },
  );

  it('is left as it was when the new numbers cannot be written', () => {
    writeSafetensors(path, contents);
    const tooLarge = { tensors: new Map([['x', hostArray([1], [1e6])]]), metadata: {} };
    expect(() => writeSafetensors(path, tooLarge, { elementType: 'F16' })).toThrow(
      expect.objectContaining({ code: 'out-of-range' }),
    );
    expect(readSafetensors(path)).toEqual(contents);
    expect(readdirSync(folder)).toEqual(['model.safetensors']);
  });

  it('that is cut is refused, saying how many bytes are missing', () => {
    writeSafetensors(path, contents);
    const { length } = readFileSync(path);
    truncateSync(path, length - 3);
    expect(() => readSafetensors(path)).toThrow(
      `${path} ends too early. Expected ${length} bytes, received ${length - 3}.`,
    );
  });

  it('that is empty or missing is refused', () => {
    expect(() => readSafetensors(path)).toThrow(expect.objectContaining({ code: 'not-found' }));
    writeFileSync(path, '');
    expect(() => readSafetensors(path)).toThrow(expect.objectContaining({ code: 'not-safetensors' }));
  });
});

const recorded = fixturePath('gpt2-tiny/model.safetensors');
it.skipIf(!recorded)('what transformers wrote is read the same from the disk and from memory', () => {
  const { tensors, metadata } = readSafetensors(recorded!);
  expect(metadata).toEqual({ format: 'pt' });
  const { vocab_size, n_embd } = JSON.parse(readFileSync(fixturePath('gpt2-tiny/config.json')!, 'utf8'));
  expect(tensors.get('transformer.wte.weight')?.shape).toEqual([vocab_size, n_embd]);
  expect({ tensors, metadata }).toEqual(decodeSafetensors(readFileSync(recorded!)));
});
