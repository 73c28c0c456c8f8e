import { LamoError } from '@lamo/core';
import { Handle } from './handle';
import type { PjrtPlugin } from './plugin';

/** What a client shares with its buffers and executables: the plug-in, and a list of all that is to be destroyed. */
export class ClientCore {
  readonly plugin: PjrtPlugin;
  readonly #client: bigint;
  readonly #live = new Set<Handle>();
  readonly #operations = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor(plugin: PjrtPlugin, client: bigint) {
    this.plugin = plugin;
    this.#client = client;
  }

  /** Address of the client. @throws LamoError `handle-disposed` */
  get address(): bigint {
    if (this.#closing === undefined) return this.#client;
    throw new LamoError({
      where: 'runtime/pjrt',
      code: 'handle-disposed',
      problem: 'This client cannot be used any more: it was disposed',
      hint: 'Open the plug-in again.',
    });
  }

  /** Takes over something that the plug-in has made. */
  own(kind: 'buffer' | 'executable', address: bigint): Handle {
    const handle = new Handle(kind, address, () => {
      this.#live.delete(handle);
      const doing = `destroy a ${kind}`;
      if (kind === 'buffer') this.plugin.call('Buffer_Destroy', { buffer: address }, doing);
      else this.plugin.call('LoadedExecutable_Destroy', { executable: address }, doing);
    });
    this.#live.add(handle);
    return handle;
  }

  /** Runs an operation that the client must not be destroyed during. */
  async during<Result>(operation: (client: bigint) => Promise<Result>): Promise<Result> {
    const running = operation(this.address);
    this.#operations.add(running);
    try {
      return await running;
    } finally {
      this.#operations.delete(running);
    }
  }

  /** Waits for what is running, then destroys all that is left, and the client. */
  dispose(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#operations);
    for (const handle of this.#live) handle.release('disposed');
    this.plugin.call('Client_Destroy', { client: this.#client }, 'close the device');
  }
}
