import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { LamoError } from '@lamo/core';
import { cachedPlugins, jaxPlugins, pluginCacheFolder } from './plugin-cache';
import { pythonPackages } from './python-packages';

/** What a plug-in computes on, as far as the name of its file says so. */
export type PluginPlatform = 'cuda' | 'cpu' | 'other';

/** The library of a PJRT plug-in on this machine. */
export interface FoundPlugin {
  /** The library's file. */
  readonly path: string;
  /** What it computes on. */
  readonly platform: PluginPlatform;
  /** Where it was found: `LAMO_PJRT_PLUGIN`, a folder of Python packages, the cache. */
  readonly source: string;
}

/** Name of the variable that says which plug-in to use. */
export const PLUGIN_VARIABLE = 'LAMO_PJRT_PLUGIN';

/**
 * Finds a plug-in: the one that LAMO_PJRT_PLUGIN names, else one beside a Python's JAX, else one in the project's own
 * cache. A plug-in for a GPU comes before one for the processor, wherever they are.
 *
 * @param wanted what it must compute on; undefined for whatever is fastest
 * @throws LamoError `plugin-missing` if the variable names a file that does not exist, `device-unavailable` if none is found
 */
export function findPlugin(
  wanted?: 'cuda' | 'cpu',
  environment: NodeJS.ProcessEnv = process.env,
): FoundPlugin {
  const given = namedPlugin(environment);
  // A name that says nothing may be that of what is wanted: whoever opens it will see.
  if (given !== undefined && (wanted === undefined || fits(given, wanted) || given.platform === 'other'))
    return given;
  const packages = pythonPackages(environment);
  const found = [
    ...packages.flatMap((folder) => jaxPlugins(folder).map((path) => describe(path, folder))),
    ...cachedPlugins(environment).map((path) => describe(path, pluginCacheFolder(environment))),
  ];
  const isGpu = (plugin: FoundPlugin) => fits(plugin, 'cuda');
  const isOther = ({ platform }: FoundPlugin) => platform === 'other';
  const chosen =
    wanted === undefined
      ? (found.find(isGpu) ?? found.find(isOther) ?? found[0])
      : found.find((plugin) => fits(plugin, wanted));
  if (chosen === undefined) throw noPlugin(wanted, packages, environment);
  return chosen;
}

function namedPlugin({ [PLUGIN_VARIABLE]: path }: NodeJS.ProcessEnv): FoundPlugin | undefined {
  if (!path) return undefined;
  if (existsSync(path)) return describe(path, PLUGIN_VARIABLE);
  throw new LamoError({
    where: 'devices/xla',
    code: 'plugin-missing',
    problem: `${PLUGIN_VARIABLE} names a file that does not exist`,
    expected: 'the library of a PJRT plug-in, such as xla_cuda_plugin.so',
    received: path,
  });
}

function describe(path: string, source: string): FoundPlugin {
  const name = basename(path).toLowerCase();
  const platform = name.includes('cuda') ? 'cuda' : name.includes('cpu') ? 'cpu' : 'other';
  return { path, platform, source };
}

function fits({ platform }: FoundPlugin, wanted: 'cuda' | 'cpu'): boolean {
  return platform === wanted;
}

function noPlugin(
  wanted: 'cuda' | 'cpu' | undefined,
  packages: readonly string[],
  environment: NodeJS.ProcessEnv,
): LamoError {
  const { [PLUGIN_VARIABLE]: given } = environment;
  const looked = [
    `${PLUGIN_VARIABLE} (${given ? `${given}, another device's` : 'not set'})`,
    ...packages.map((folder) => `${folder}/jax_plugins`),
    pluginCacheFolder(environment),
  ];
  const device = wanted === undefined ? 'xla' : `xla:${wanted}`;
  return new LamoError({
    where: 'devices/xla',
    code: 'device-unavailable',
    problem: `The device ${device} needs a PJRT plug-in${wanted === undefined ? '' : ` for ${NAMES[wanted]}`}, and there is none`,
    received: `nothing in ${looked.join(', ')}`,
    hint: `Get one with \`lamo devices install ${wanted ?? 'cuda'}\`${wanted === undefined ? ' (or `cpu`)' : ''}, or name its library: --device xla:PATH, or ${PLUGIN_VARIABLE}.`,
  });
}

const NAMES = { cuda: 'NVIDIA GPUs', cpu: 'the processor' } as const;
