import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { compileCached } from '../../src/devices/compiled-cache';
import { CODES, describePlugin } from './describe-plugin';

describePlugin('the cache of compiled programs', (at) => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lamo-compiled-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const TEXT = 'outputs 1 alias 0';
  const compile = (text = TEXT) =>
    compileCached(at.client, text, { name: 'the step', donated: [0] }, undefined, folder);
  const files = () => readdirSync(folder).map((name) => join(folder, name));

  /** Fails if the plug-in is asked to compile anything. */
  async function load(text = TEXT) {
    at.plugin.fail('Client_Compile', CODES.internal, 'compiled again');
    const loaded = await compile(text);
    await expect(at.client.compile(text)).rejects.toThrow('compiled again');
    return loaded;
  }

  it('loads what was compiled before', async () => {
    await compile();
    const [output] = (await load()).execute([at.scalar(5)]);
    expect(await output!.read()).toEqual(Float32Array.of(5));
    expect(files()).toHaveLength(1);
  });

  it('keeps different programs apart', async () => {
    await compile();
    await compile('outputs 2');
    expect((await load()).outputs).toBe(1);
    expect((await load('outputs 2')).outputs).toBe(2);
    expect(files()).toHaveLength(2);
  });

  const withHash = (bytes: Uint8Array) => Buffer.concat([createHash('sha256').update(bytes).digest(), bytes]);

  it.each<[string, (file: Buffer) => Uint8Array]>([
    [
      'with a bit that has changed',
      (file) => file.map((byte, i) => (i === file.length - 1 ? byte ^ 1 : byte)),
    ],
    ['cut short', (file) => file.subarray(0, file.length - 1)],
    ['empty', () => new Uint8Array(0)],
    ['whole, but of another plug-in', () => withHash(Uint8Array.of(1, 2, 3))],
  ])('compiles again what is %s, and repairs the file', async (_, damage) => {
    await compile();
    const [file] = files() as [string];
    const sound = readFileSync(file);
    writeFileSync(file, damage(sound));
    const [output] = (await compile()).execute([at.scalar(5)]);
    expect(await output!.read()).toEqual(Float32Array.of(5));
    expect(readFileSync(file)).toEqual(sound);
    await load();
  });

  it('compiles where the plug-in cannot write what it compiled, and where the folder cannot be written', async () => {
    at.plugin.fail('Executable_Serialize', CODES.unimplemented, 'no such thing');
    expect((await compile()).outputs).toBe(1);
    expect(files()).toEqual([]);
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const compiled = await compileCached(at.client, TEXT, { donated: [0] }, undefined, join(file, 'inside'));
    expect(compiled.outputs).toBe(1);
  });
});
