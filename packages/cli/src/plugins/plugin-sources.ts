/** A plug-in that can be installed. */
export interface PluginSource {
  /** Python package that holds the library. */
  readonly package: string;
  /** Package whose extra names the libraries that it needs beside it, in the same version. */
  readonly companions?: { readonly package: string; readonly extra: string };
  /** Beginning of its folder's name in the cache. */
  readonly folder: string;
  /** What it is for. */
  readonly title: string;
}

/** What `lamo devices install` installs, by name. */
export const pluginSources: Readonly<Record<string, PluginSource>> = {
  cuda: nvidia(13),
  cuda12: nvidia(12),
  cpu: { package: 'xla-cpu-pjrt', folder: 'cpu', title: 'the processor' },
};

/** Names of {@link pluginSources}. */
export const PLUGINS = Object.keys(pluginSources);

/** The index that Python's own tools use. */
export const DEFAULT_INDEX = 'https://pypi.org/simple';

/** Name of the variable with the address of another index. */
export const INDEX_VARIABLE = 'LAMO_PYTHON_INDEX';

/** CUDA's own libraries are wheels of NVIDIA's: the plug-in for JAX says which, and the library finds them by its run path. */
function nvidia(cuda: number): PluginSource {
  return {
    package: `jax-cuda${cuda}-pjrt`,
    companions: { package: `jax-cuda${cuda}-plugin`, extra: 'with-cuda' },
    folder: `cuda${cuda}`,
    title: `NVIDIA GPUs, with CUDA ${cuda}`,
  };
}
