import { LamoError } from '@lamo/core';
import { PjrtClient } from './client';
import type { PjrtClientOptions } from './client-options';
import { loadPlugin } from './load-plugin';
import type { PjrtPlugin } from './plugin';

/** What is known of a plug-in in this process: it is initialised once, and has one client at a time. */
interface Opened {
  readonly initialised: Promise<void>;
  client?: Promise<PjrtClient>;
  options?: string;
}

const opened = new Map<string, Opened>();

/**
 * Opens the devices of a PJRT plug-in: XLA for a processor, a GPU or another accelerator. A second opening of the same
 * file gets the same client, until that is disposed: two of them would both take the memory of a GPU.
 *
 * @param file the plug-in's library
 * @throws LamoError `plugin-missing`, `plugin-unusable`, `plugin-version`, `library-unavailable`; `plugin-failed` with
 *   what the plug-in says, such as that there is no device; `plugin-open` if it is open with other options
 * @example
 * const client = await openPjrt('xla_cuda_plugin.so', { preallocate: false });
 */
export async function openPjrt(file: string, options: PjrtClientOptions = {}): Promise<PjrtClient> {
  const plugin = await loadPlugin(file);
  const state = opened.get(plugin.path) ?? start(plugin);
  await state.initialised;
  const wanted = JSON.stringify([options.preallocate, options.memoryFraction, options.visibleDevices]);
  if (state.client !== undefined) {
    if (state.options === wanted) return state.client;
    throw new LamoError({
      where: 'runtime/pjrt',
      code: 'plugin-open',
      problem: `${plugin.path} is open in this process with other options`,
      expected: state.options!,
      received: wanted,
      hint: 'Dispose of the first client, or give the same options.',
    });
  }
  const forget = () => {
    delete state.client;
  };
  state.options = wanted;
  state.client = PjrtClient.create(plugin, options, forget);
  state.client.catch(forget);
  return state.client;
}

/** Initialises a plug-in, which has to be done once, before everything else. */
function start(plugin: PjrtPlugin): Opened {
  const initialised = plugin.callAsync('Plugin_Initialize', {}, 'be initialised').then(() => {});
  const state: Opened = { initialised };
  opened.set(plugin.path, state);
  initialised.catch(() => opened.delete(plugin.path));
  return state;
}
