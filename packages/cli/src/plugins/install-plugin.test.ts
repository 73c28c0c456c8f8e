import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TransferOptions } from '@lamo/data';
import { strToU8 } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mountSmallDisk } from '../../../../test/small-disk';
import { type MadeWheel, NO_LIBRARY, type PackageIndex, startIndex } from '../../test/package-index';
import { installPlugin } from './install-plugin';
import { pluginSources } from './plugin-sources';
import { openIndex } from './python-index';
import { resolveWheels } from './resolve-wheels';

let cache: string;
let index: PackageIndex;

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'lamo-cache-'));
});

afterEach(async () => {
  await index.close();
  rmSync(cache, { recursive: true });
});

const LINUX = { platform: 'linux', arch: 'x64' } as const;
const manylinux = 'manylinux_2_27_x86_64';
const library = 'jax_plugins/xla_cuda13/xla_cuda_plugin.so';

/** The plug-in for CUDA 13, what names its companions, and one of those with a library of its own. */
const cuda: readonly MadeWheel[] = [
  {
    name: 'jax-cuda13-pjrt',
    version: '0.11.2',
    platform: manylinux,
    files: { [library]: [NO_LIBRARY, { level: 0 }] },
  },
  { name: 'jax-cuda13-pjrt', version: '0.9.0', platform: manylinux, files: {} },
  {
    name: 'jax-cuda13-plugin',
    version: '0.11.2',
    requires: [
      'jax-cuda13-pjrt==0.11.2',
      'nvidia-cublas<14,>=13.0; extra == "with-cuda"',
      "nvidia-extra; extra == 'other'",
      'nvidia-windows; sys_platform == "never" and extra == "with-cuda"',
    ],
  },
  { name: 'nvidia-cublas', version: '14.0', platform: manylinux },
  {
    name: 'nvidia-cublas',
    version: '13.2.1.3',
    platform: manylinux,
    requires: ['nvidia-nvrtc (>=13.0)'],
    files: { 'nvidia/__init__.py': strToU8(''), 'nvidia/cu13/lib/libcublas.so.13': strToU8('blas') },
  },
  { name: 'nvidia-cublas', version: '13.10.0', platform: manylinux, listed: { yanked: 'broken' } },
  { name: 'nvidia-cublas', version: '13.9rc1', platform: manylinux },
  { name: 'nvidia-cublas', version: '13.9', platform: 'win_amd64' },
  {
    name: 'nvidia-nvrtc',
    version: '13.0.88',
    platform: manylinux,
    files: { 'nvidia/__init__.py': strToU8('#') },
  },
];

const processor = (more: Partial<MadeWheel> = {}): MadeWheel => ({
  name: 'xla-cpu-pjrt',
  version: '0.0.1',
  platform: manylinux,
  files: { 'xla_cpu_pjrt/xla_cpu_pjrt.so': [NO_LIBRARY, { level: 0 }] },
  ...more,
});

/** Installs as the command does. */
async function install(what: string, options: TransferOptions = {}): Promise<string> {
  const opened = openIndex(index.address, { retryDelay: 1, retries: 2, ...options });
  const wheels = await resolveWheels(opened, pluginSources[what]!, LINUX);
  const name = `${pluginSources[what]!.folder}-${wheels[0]!.versionText}`;
  return installPlugin(opened, { name, wheels, cache }, { signal: options.signal });
}

const refusal = (code: string, text: string) => ({ code, message: expect.stringContaining(text) });
const inCache = () => readdirSync(cache).filter((name) => name !== '.downloads');
const downloads = () => readdirSync(join(cache, '.downloads'));
/** Answers requests for files with a status. */
const answer = (status: number, isFile = true) =>
  index.faults.push((_, response, body) => {
    if ((body !== undefined) !== isFile) return false;
    response.writeHead(status).end();
    return true;
  });

describe('an installation', () => {
  it('lays a plug-in beside all that it needs, newest fitting versions of each, and leaves nothing else', async () => {
    index = await startIndex(cuda);
    const path = await install('cuda');
    expect(path).toBe(join(cache, 'cuda13-0.11.2', library));
    expect(readFileSync(path).equals(NO_LIBRARY)).toBe(true);
    expect(readFileSync(join(cache, 'cuda13-0.11.2/nvidia/cu13/lib/libcublas.so.13'), 'utf8')).toBe('blas');
    expect(inCache()).toEqual(['cuda13-0.11.2']);
    expect(downloads()).toEqual([]);
    const fetched = index.served.map(({ url }) => url).filter((url) => url.endsWith('.whl'));
    expect(fetched.map((url) => url.match(/files\/(\w+-[\d.]+)-/)![1])).toEqual([
      'jax_cuda13_pjrt-0.11.2',
      'nvidia_cublas-13.2.1.3',
      'nvidia_nvrtc-13.0.88',
    ]);
  });

  it('continues what an earlier one had fetched', async () => {
    index = await startIndex([processor()]);
    let isCut = false;
    index.faults.push((_, response, body) => {
      if (body === undefined || isCut) return false;
      isCut = true;
      response.writeHead(200, { 'content-length': body.length }).write(body.subarray(0, 50_000));
      return true;
    });
    const stop = new AbortController();
    const onProgress = ({ received }: { received: number }) => received === 50_000 && stop.abort();
    await expect(install('cpu', { signal: stop.signal, onProgress })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(inCache()).toEqual([]);
    expect(downloads()).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.whl\.incomplete$/)]);
    await install('cpu');
    const ranges = index.served.filter(({ url }) => url.endsWith('.whl')).map(({ range }) => range);
    expect(ranges).toEqual([undefined, 'bytes=50000-']);
  });

  it('removes what a killed one left half unpacked, not what a running one is unpacking', async () => {
    index = await startIndex([processor()]);
    // No process has this id: ids end below 2^22 on Linux.
    for (const name of ['.cuda13-0.1.4194305', `.cuda13-0.1.${process.ppid}`]) mkdirSync(join(cache, name));
    await install('cpu');
    expect(inCache().sort()).toEqual([`.cuda13-0.1.${process.ppid}`, 'cpu-0.0.1']);
  });

  it('replaces an earlier one of the same version whole', async () => {
    index = await startIndex([processor()]);
    mkdirSync(join(cache, 'cpu-0.0.1', 'old'), { recursive: true });
    await install('cpu');
    expect(readdirSync(join(cache, 'cpu-0.0.1'))).toEqual(['xla_cpu_pjrt']);
  });

  it('waits out a server that is busy', async () => {
    index = await startIndex([processor()]);
    let left = 2;
    index.faults.push((_, response) => left-- > 0 && !!response.writeHead(503).end());
    expect(existsSync(await install('cpu'))).toBe(true);
  });
});

describe('a server that fails', () => {
  it.each<[string, () => void, string, string]>([
    ['without the package', () => answer(404, false), 'package-not-found', 'The index has no xla-cpu-pjrt'],
    ['without the file', () => answer(404), 'file-not-found', 'xla_cpu_pjrt-0.0.1-py3-none-'],
    ['that forbids', () => answer(403), 'refused', '403 Forbidden'],
    ['with errors of its own', () => answer(500), 'unreachable', '500 Internal Server Error'],
    [
      'that cuts every connection',
      () => index.faults.push((request, _, body) => body !== undefined && !!request.socket.destroy()),
      'unreachable',
      '3 attempts in a row failed',
    ],
    [
      'that sends a page in place of a listing',
      () => index.faults.push((_, response) => !!response.end('<html>')),
      'unexpected-answer',
      '"<html>"',
    ],
    [
      'that sends a listing of something else',
      () => index.faults.push((_, response) => !!response.end('{"files":[{"filename":7}]}')),
      'unexpected-answer',
      'files[0].filename',
    ],
    [
      'that sends other bytes',
      () =>
        index.faults.push(
          (_, response, body) => body !== undefined && !!response.end(Buffer.alloc(body.length)),
        ),
      'hash-mismatch',
      'was damaged on arrival twice',
    ],
    [
      'that sends too few bytes',
      () =>
        index.faults.push((_, response, body) => body !== undefined && !!response.end(body.subarray(0, 500))),
      'wrong-length',
      'fewer or more bytes than it announces',
    ],
  ])('%s is an error that says so, and installs nothing', async (_, spoil, code, text) => {
    index = await startIndex([processor()]);
    spoil();
    const failure = await install('cpu').catch((error: unknown) => error);
    expect(failure).toMatchObject(refusal(code, text));
    expect((failure as Error).message).not.toMatch(/HF_|Hugging Face/);
    expect(inCache()).toEqual([]);
  });

  it('to listen at all is an error that names --index', async () => {
    index = await startIndex([]);
    await index.close();
    const fetching = install('cpu');
    await expect(fetching).rejects.toMatchObject(refusal('unreachable', '--index'));
    index = await startIndex([]);
  });
});

describe('a wheel', () => {
  const attributes = (mode: number) => ({ os: 3, attrs: (mode << 16) >>> 0 });
  it.each<[string, NonNullable<MadeWheel['files']>, string]>([
    ['with a path out of its folder', { 'a/../../../escaped.so': strToU8('x') }, 'a/../../../escaped.so'],
    ['with a whole path', { '/tmp/lamo-escaped.so': strToU8('x') }, '/tmp/lamo-escaped.so'],
    ['with a path of Windows', { 'C:\\escaped.so': strToU8('x') }, 'C:'],
    [
      'with a link',
      { 'lib.so': [strToU8('/etc/passwd'), attributes(0o120777)] },
      'a link or device, "lib.so"',
    ],
    ['with a device', { 'lib.so': [strToU8(''), attributes(0o020666)] }, 'a link or device, "lib.so"'],
  ])('%s is refused, and nothing of it is kept', async (_, files, text) => {
    const before = { 'xla_cpu_pjrt/xla_cpu_pjrt.so': strToU8('x') };
    index = await startIndex([processor({ files: { ...before, ...files } })]);
    await expect(install('cpu')).rejects.toMatchObject(refusal('unsafe-path', text));
    expect(inCache()).toEqual([]);
    expect(existsSync('/tmp/lamo-escaped.so')).toBe(false);
    expect(existsSync(join(cache, '..', 'escaped.so'))).toBe(false);
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['cut off', (bytes) => bytes.subarray(0, bytes.length - 100)],
    ['of something else', () => Buffer.from('no wheel '.repeat(100))],
    // Within the compressed content: the directory at the end is whole.
    ['with damaged content', (bytes) => Buffer.from(bytes).fill(255, 60, 90)],
  ])('%s is refused, although its hash is that of the index', async (_, spoil) => {
    const scratch = await startIndex([processor({ files: { 'x/xla_cpu_pjrt.so': NO_LIBRARY } })]);
    const url = `${scratch.address.replace('/simple', '')}/files/xla_cpu_pjrt-0.0.1-py3-none-${manylinux}.whl`;
    const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
    await scratch.close();
    index = await startIndex([processor({ bytes: spoil(bytes) })]);
    await expect(install('cpu')).rejects.toMatchObject(refusal('damaged-file', 'cannot be unpacked'));
    expect([inCache(), downloads()]).toEqual([[], []]);
  });

  it('that is a web page is refused as one', async () => {
    index = await startIndex([processor({ bytes: Buffer.from('<html>'.repeat(100)) })]);
    await expect(install('cpu')).rejects.toMatchObject(refusal('web-page', 'web page came in place of'));
    expect(inCache()).toEqual([]);
  });

  it('without a plug-in is refused', async () => {
    index = await startIndex([processor({ files: { 'x/readme.txt': strToU8('x') } })]);
    await expect(install('cpu')).rejects.toMatchObject(refusal('no-plugin', 'holds no PJRT plug-in'));
    expect(inCache()).toEqual([]);
  });

  it('for other machines only is refused', async () => {
    index = await startIndex([
      processor({ platform: 'win_amd64' }),
      processor({ platform: 'manylinux_2_27_aarch64' }),
    ]);
    await expect(install('cpu')).rejects.toMatchObject(
      refusal('no-wheel', 'Expected one for linux on x64, received win_amd64, manylinux_2_27_aarch64'),
    );
  });
});

describe('requirements', () => {
  it('that contradict each other are an error that names them', async () => {
    const strict = cuda.map((wheel) =>
      wheel.name === 'nvidia-nvrtc' ? { ...wheel, requires: ['nvidia-cublas>=14'] } : wheel,
    );
    index = await startIndex(strict);
    await expect(install('cuda')).rejects.toMatchObject(refusal('no-version', '<14,>=13.0 and >=14'));
  });

  it('that nobody names, because the plug-in for JAX is missing, are an error', async () => {
    index = await startIndex(cuda.filter(({ name }) => name !== 'jax-cuda13-plugin'));
    await expect(install('cuda')).rejects.toMatchObject(refusal('package-not-found', 'jax-cuda13-plugin'));
  });
});

it('a disk that is too full is an error before anything is fetched', async (context) => {
  index = await startIndex([processor({ listed: { size: 10_000_000_000_000 } })]);
  const unmount = mountSmallDisk(cache);
  if (unmount === undefined) return context.skip('mounting a small disk takes root on Linux');
  try {
    await expect(install('cpu')).rejects.toMatchObject(refusal('disk-full', 'XDG_CACHE_HOME'));
    expect(statSync(cache).isDirectory()).toBe(true);
  } finally {
    unmount();
  }
});
