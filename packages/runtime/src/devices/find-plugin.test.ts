import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPlugin } from './find-plugin';

let folder: string;
/** A machine with nothing on it: no Python, an empty home. */
let machine: NodeJS.ProcessEnv;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamo-plugins-'));
  machine = { HOME: join(folder, 'home'), PATH: join(folder, 'bin') };
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Puts an empty file somewhere below the folder. */
function put(...names: string[]): string {
  const path = join(folder, ...names);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  return path;
}

/** A virtual environment whose program is a link to a Python elsewhere, as venv makes it. */
function environmentWith(...plugin: string[]): string {
  put('python', 'bin', 'python3.11');
  mkdirSync(join(folder, 'venv', 'bin'), { recursive: true });
  symlinkSync(join(folder, 'python', 'bin', 'python3.11'), join(folder, 'venv', 'bin', 'python3'));
  return put('venv', 'lib', 'python3.11', 'site-packages', 'jax_plugins', ...plugin);
}

const CUDA = ['xla_cuda13', 'xla_cuda_plugin.so'] as const;
const cached = (name: string, ...library: string[]) =>
  put('home', '.cache', 'lamo', 'plugins', name, ...library);

describe('a plug-in is found', () => {
  it('by the variable, whatever else there is', () => {
    environmentWith(...CUDA);
    const path = put('mine', 'libpjrt_cpu.so');
    const named = { ...machine, LAMO_PJRT_PLUGIN: path, VIRTUAL_ENV: join(folder, 'venv') };
    expect(findPlugin(undefined, named)).toEqual({ path, platform: 'cpu', source: 'LAMO_PJRT_PLUGIN' });
  });

  it('beside the JAX of the active environment', () => {
    const path = environmentWith(...CUDA);
    const source = join(folder, 'venv', 'lib', 'python3.11', 'site-packages');
    const found = { path, platform: 'cuda', source };
    expect(findPlugin(undefined, { ...machine, VIRTUAL_ENV: join(folder, 'venv') })).toEqual(found);
  });

  it('beside the JAX of a Python on the PATH, in its environment and where its program really lies', () => {
    const inEnvironment = environmentWith(...CUDA);
    const onPath = { ...machine, PATH: join(folder, 'venv', 'bin') };
    expect(findPlugin('cuda', onPath).path).toBe(inEnvironment);
    const ofSystem = put('python', 'lib', 'python3.11', 'dist-packages', 'jax_plugins', 'x', 'pjrt_cpu.so');
    expect(findPlugin('cpu', onPath).path).toBe(ofSystem);
  });

  it('in the cache, the newest version first', () => {
    cached('cuda13-0.9.2', 'jax_plugins', ...CUDA);
    const newest = cached('cuda13-0.11.2', 'jax_plugins', ...CUDA);
    expect(findPlugin(undefined, machine)).toMatchObject({ path: newest, platform: 'cuda' });
  });

  it('in a cache that XDG_CACHE_HOME moved, also as a library by itself', () => {
    const path = put('cache', 'lamo', 'plugins', 'pjrt_c_api_cpu_plugin.so');
    expect(findPlugin(undefined, { ...machine, XDG_CACHE_HOME: join(folder, 'cache') }).path).toBe(path);
  });

  it('for a GPU before one for the processor, wherever they are', () => {
    environmentWith('xla_cpu', 'xla_cpu_pjrt.so');
    const gpu = cached('cuda13-0.11.2', 'jax_plugins', ...CUDA);
    const here = { ...machine, VIRTUAL_ENV: join(folder, 'venv') };
    expect(findPlugin(undefined, here).path).toBe(gpu);
    expect(findPlugin('cpu', here).platform).toBe('cpu');
  });

  it('for what is asked, if the variable names one for something else', () => {
    const cpu = cached('cpu-0.0.1', 'xla_cpu_pjrt', 'xla_cpu_pjrt.so');
    const named = { ...machine, LAMO_PJRT_PLUGIN: put('mine', 'xla_cuda_plugin.so') };
    expect(findPlugin('cpu', named).path).toBe(cpu);
  });
});

describe('not taken for a plug-in', () => {
  it('are libraries beside one, and what is still arriving', () => {
    cached('cuda13-0.11.2', 'nvidia', 'libcublas.so');
    cached('cuda13-0.11.2', 'jax_plugins', 'xla_cuda13', '_version.so');
    cached('.cuda13-0.12.0', 'jax_plugins', ...CUDA);
    expect(() => findPlugin(undefined, machine)).toThrow(
      expect.objectContaining({ code: 'device-unavailable' }),
    );
  });
});

describe('where there is none, the error', () => {
  it('says where it looked, and how to get one', () => {
    put('venv', 'lib', 'python3.12', 'site-packages', 'x.py');
    const packages = join(folder, 'venv', 'lib', 'python3.12', 'site-packages');
    const look = () => findPlugin('cuda', { ...machine, VIRTUAL_ENV: join(folder, 'venv') });
    for (const text of [
      'The device xla:cuda needs a PJRT plug-in for NVIDIA GPUs, and there is none',
      'LAMO_PJRT_PLUGIN (not set)',
      `${packages}/jax_plugins`,
      join(folder, 'home', '.cache', 'lamo', 'plugins'),
      'lamo devices install cuda',
    ]) {
      expect(look).toThrow(text);
    }
  });

  it('says that the variable names another device’s', () => {
    const path = put('mine', 'libpjrt_cpu.so');
    const look = () => findPlugin('cuda', { ...machine, LAMO_PJRT_PLUGIN: path });
    expect(look).toThrow(`LAMO_PJRT_PLUGIN (${path}, another device's)`);
  });

  it('says that the variable names a file that does not exist', () => {
    const look = () => findPlugin(undefined, { ...machine, LAMO_PJRT_PLUGIN: '/nowhere/pjrt.so' });
    expect(look).toThrow(expect.objectContaining({ code: 'plugin-missing', received: '/nowhere/pjrt.so' }));
  });
});
