import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning, LamoError, makeFolder, writeError } from '@lamo/core';
import { pluginsIn } from '@lamo/runtime';
import type { ListedWheel, PythonIndex } from './python-index';
import { unpackWheel } from './unpack-wheel';

/** What is to be installed, and where. */
export interface Installation {
  /** Name in the cache: `cuda-0.11.2`. */
  readonly name: string;
  /** The plug-in's own wheel first. */
  readonly wheels: readonly ListedWheel[];
  /** Folder of all plug-ins. */
  readonly cache: string;
}

/** Folder of a plug-in once it is installed. */
export function installedFolder({ cache, name }: Installation): string {
  return join(cache, name);
}

/**
 * Fetches wheels and unpacks them side by side, as Python would install them: the run path of a plug-in leads to the
 * libraries beside it. The folder appears whole or not at all; what was fetched is kept until then, and continued by the next
 * installation.
 *
 * @param onUnpack called before each wheel is unpacked
 * @returns path of the plug-in's library
 * @throws LamoError `hash-mismatch`, `disk-full`, `not-writable`, `damaged-file`, `unsafe-path`, `no-plugin`, `unreachable` …; the
 *   signal's reason
 */
export async function installPlugin(
  index: PythonIndex,
  installation: Installation,
  { signal, onUnpack }: { signal?: AbortSignal | undefined; onUnpack?: (wheel: ListedWheel) => void } = {},
): Promise<string> {
  const { cache, name, wheels } = installation;
  const downloads = join(cache, '.downloads');
  makeFolder(downloads);
  removeAbandoned(cache);
  const fetched = wheels.map((wheel) => ({ wheel, path: join(downloads, `${wheel.sha256}.whl`) }));
  for (const { wheel, path } of fetched) {
    if (existsSync(path)) continue;
    const { file, url, size, sha256: hash } = wheel;
    await index.server.download(
      { repository: 'the index', file, url, size, hash, refuse: refusal(file) },
      path,
    );
  }
  const unpacked = join(cache, `.${name}.${process.pid}`);
  rmSync(unpacked, { recursive: true, force: true });
  try {
    for (const { wheel, path } of fetched) {
      onUnpack?.(wheel);
      await unpackWheel(path, unpacked, { name: wheel.file, signal }).catch((error: unknown) => {
        // What cannot be unpacked would fail again: the next installation fetches it anew.
        if (LamoError.isInstance(error) && error.code === 'damaged-file') rmSync(path, { force: true });
        throw error;
      });
    }
    const [library] = pluginsIn(unpacked);
    if (library === undefined) throw noPlugin(wheels[0]!);
    moveIntoPlace(unpacked, installedFolder(installation));
    for (const { path } of fetched) rmSync(path, { force: true });
    return library.replace(unpacked, installedFolder(installation));
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
}

/** Removes what installations left that were killed while they unpacked. */
function removeAbandoned(cache: string): void {
  for (const name of readdirSync(cache)) {
    const [, process] = /^\..+\.(\d+)$/.exec(name) ?? [];
    if (process !== undefined && !isRunning(Number(process)))
      rmSync(join(cache, name), { recursive: true, force: true });
  }
}

function moveIntoPlace(unpacked: string, folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
    renameSync(unpacked, folder);
  } catch (cause) {
    throw writeError(folder, cause);
  }
}

function refusal(file: string): (response: Response) => LamoError {
  return ({ status, statusText }) =>
    new LamoError({
      where: 'cli/devices',
      code: status === 404 ? 'file-not-found' : 'refused',
      problem: `The index lists ${file}, but its server does not give it`,
      received: `${status} ${statusText}`.trim(),
      hint: 'Try later, or another --index.',
    });
}

function noPlugin({ file }: ListedWheel): LamoError {
  return new LamoError({
    where: 'cli/devices',
    code: 'no-plugin',
    problem: `${file} holds no PJRT plug-in`,
    expected: 'a library such as xla_cuda_plugin.so in one of its folders',
    hint: 'Check --package and --index. Nothing was installed.',
  });
}
