import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compileOptions } from '../pjrt/compile-options';
import { type CompiledFor, compiledKey, keepCompiled } from './compiled-cache';

const client: CompiledFor = {
  platform: 'cuda',
  platformVersion: 'cuda 13000',
  interfaceVersion: '0.104',
  compileOptions: compileOptions('cuda'),
  devices: [{ kind: 'NVIDIA H200' }],
};

it.each<[string, Partial<CompiledFor>]>([
  ['flags', { compileOptions: compileOptions('cpu') }],
  ['versions of the platform', { platformVersion: 'cuda 13010' }],
  ['versions of the interface', { interfaceVersion: '0.105' }],
  ['kinds of devices', { devices: [{ kind: 'NVIDIA H100' }] }],
])('what was compiled for other %s has another name', (_, other) => {
  expect(compiledKey({ ...client, ...other }, 'text')).not.toBe(compiledKey(client, 'text'));
});

it('what was compiled for the same has the same name, and another text another', () => {
  const again = { ...client, compileOptions: compileOptions('cuda') };
  expect(compiledKey(again, 'text')).toBe(compiledKey(client, 'text'));
  expect(compiledKey(client, 'other text')).not.toBe(compiledKey(client, 'text'));
});

it('what was compiled on another processor has another name: machines may share the folder', () => {
  expect(compiledKey(client, 'text', 'a processor without AVX-512')).not.toBe(compiledKey(client, 'text'));
});

it('what cannot be kept is told with its folder and what that costs, and what can is kept in silence', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lamo-compiled-'));
  writeFileSync(join(folder, 'file'), '');
  const messages: string[] = [];
  const keepIn = (name: string) =>
    keepCompiled(Buffer.from('code'), join(folder, name, 'a.xla'), ({ message }) => messages.push(message));
  keepIn('file');
  keepIn('cache');
  expect(messages).toEqual([
    expect.stringMatching(/cannot be kept in \S+file: .*Every start compiles it again.*LAMO_XLA_CACHE/),
  ]);
  expect(existsSync(join(folder, 'cache', 'a.xla'))).toBe(true);
  rmSync(folder, { recursive: true });
});
