import { join } from 'node:path';
import { cacheFolder } from '@lamo/core';
import { namesIn } from './python-packages';

/** Folder of the plug-ins that `lamo devices install` fetched, each in a folder of its own: `lamo/plugins` in the user's cache. */
export function pluginCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return cacheFolder('plugins', environment, environment.HOME);
}

/** Finds the plug-ins among the libraries that a Python package, or several side by side, were unpacked to. */
export function pluginsIn(packages: string): string[] {
  return [packages, ...foldersIn(packages), ...foldersIn(join(packages, 'jax_plugins'))].flatMap(librariesIn);
}

/** Finds the plug-ins of the cache, newest version first. */
export function cachedPlugins(environment: NodeJS.ProcessEnv = process.env): string[] {
  const folder = pluginCacheFolder(environment);
  // A library may lie there by itself. What begins with a dot is still arriving.
  return [...librariesIn(folder), ...foldersIn(folder).flatMap(pluginsIn)];
}

/** Finds the plug-ins that packages for JAX brought along. */
export function jaxPlugins(packages: string): string[] {
  return foldersIn(join(packages, 'jax_plugins')).flatMap(librariesIn);
}

/** Libraries of other kinds lie beside plug-ins, so the name decides: `xla_cuda_plugin.so`, `libpjrt_cpu.dylib`. */
function librariesIn(folder: string): string[] {
  return namesIn(folder)
    .filter((name) => /(pjrt|plugin).*\.(so|dylib|dll)$/i.test(name))
    .map((name) => join(folder, name));
}

function foldersIn(folder: string): string[] {
  return namesIn(folder)
    .filter((name) => !/^[._]/.test(name))
    .map((name) => join(folder, name));
}
