import { existsSync, realpathSync } from 'node:fs';
import { LamoError } from '@lamo/core';
import { importKoffi, type Koffi } from '@lamo/core/koffi';
import type { LibraryHandle } from 'koffi';
import { CStruct } from './c-struct';
import { apiHead, OLDEST_MINOR } from './interface';
import { PjrtPlugin } from './plugin';

/** Libraries that were loaded, by path. They stay: threads of theirs may run for as long as the process. */
const libraries = new Map<string, LibraryHandle>();

/**
 * Loads a plug-in and checks the version of its interface.
 *
 * @throws LamoError `plugin-missing`, `plugin-unusable` (not a library, or one of something else, or one that misses
 *   libraries itself), `plugin-version` (too old or too new), `library-unavailable` (koffi is missing)
 */
export async function loadPlugin(file: string): Promise<PjrtPlugin> {
  if (!existsSync(file)) {
    throw new LamoError({
      where: 'runtime/pjrt',
      code: 'plugin-missing',
      problem: 'There is no plug-in at this path',
      expected: 'the file of a PJRT plug-in, such as xla_cuda_plugin.so',
      received: file,
    });
  }
  const koffi = await importKoffi();
  const path = realpathSync(file);
  const api = getApi(koffi, path);
  const head = new CStruct(apiHead, () => api, new Uint8Array(koffi.view(api, apiHead.size)));
  const version = `${head.read('majorVersion')}.${head.read('minorVersion')}`;
  if (head.read('majorVersion') !== 0 || head.read('minorVersion') < OLDEST_MINOR) {
    throw new LamoError({
      where: 'runtime/pjrt',
      code: 'plugin-version',
      problem: `${path} has a version of PJRT's interface that is not supported`,
      expected: `0.${OLDEST_MINOR} or newer, below 1.0`,
      received: version,
      hint: head.read('majorVersion') === 0 ? 'Install a newer plug-in.' : 'Update lamo.',
    });
  }
  return new PjrtPlugin(koffi, { path, version, api });
}

/** Calls the one function that a plug-in exports: it returns the address of the table of all others. */
function getApi(koffi: Koffi, path: string): bigint {
  try {
    const library = libraries.get(path) ?? koffi.load(path);
    libraries.set(path, library);
    const api: bigint | null = library.func('GetPjrtApi', 'void *', [])();
    if (api === null) throw new Error('GetPjrtApi returned null');
    return api;
  } catch (cause) {
    throw new LamoError({
      where: 'runtime/pjrt',
      code: 'plugin-unusable',
      problem: `${path} cannot be loaded as a PJRT plug-in`,
      expected: `a library for ${process.platform} on ${process.arch} that exports GetPjrtApi, beside the libraries that it needs`,
      received: (cause as Error).message,
      cause,
    });
  }
}
