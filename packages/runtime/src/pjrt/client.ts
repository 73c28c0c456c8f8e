import { LamoError } from '@lamo/core';
import { sizeOf } from '../tree';
import { PjrtBuffer } from './buffer';
import { ClientCore } from './client-core';
import { type PjrtClientOptions, writeClientOptions } from './client-options';
import { compileOptions } from './compile-options';
import { listDevices, type PjrtDevice } from './device';
import { type ExecutableOptions, PjrtExecutable } from './executable';
import { type HostNumbers, hostType, type PjrtType, typeOfArray } from './host-types';
import { structs } from './interface';
import type { PjrtPlugin } from './plugin';

/** `PJRT_HostBufferSemantics_kImmutableOnlyDuringCall`: numbers are copied before the call returns. */
const COPY_DURING_CALL = 0;

/** The devices of a plug-in, in use by this process. {@link openPjrt} makes one. */
export class PjrtClient {
  /** The plug-in's file. */
  readonly path: string;
  /** Version of PJRT's interface that the plug-in has: `0.104`. */
  readonly interfaceVersion: string;
  /** What runs programs: `cuda`, `cpu`. */
  readonly platform: string;
  /** Versions of the platform, as it describes them itself. */
  readonly platformVersion: string;
  /** How programs are compiled, as the bytes of XLA's `CompileOptionsProto`. */
  readonly compileOptions: Uint8Array;
  /** The devices that can be used. Programs run on the first. */
  readonly devices: readonly PjrtDevice[];
  readonly #core: ClientCore;
  readonly #onDispose: () => void;

  private constructor(core: ClientCore, onDispose: () => void) {
    this.#core = core;
    this.#onDispose = onDispose;
    const { plugin, address: client } = core;
    this.path = plugin.path;
    this.interfaceVersion = plugin.version;
    const name = plugin.call('Client_PlatformName', { client }, 'name its platform');
    this.platform = plugin.text(name.read('platformName'), name.read('platformNameSize'));
    const version = plugin.call('Client_PlatformVersion', { client }, 'name its version');
    this.platformVersion = plugin.text(version.read('platformVersion'), version.read('platformVersionSize'));
    this.compileOptions = compileOptions(this.platform);
    this.devices = listDevices(plugin, client);
    plugin.readMemory = () => this.devices[0]?.memory();
  }

  /** Starts a plug-in that is loaded and initialised. @param onDispose is called when the client is gone */
  static async create(
    plugin: PjrtPlugin,
    options: PjrtClientOptions,
    onDispose: () => void,
  ): Promise<PjrtClient> {
    const createOptions = writeClientOptions(plugin, options);
    const answer = await plugin.callAsync(
      'Client_Create',
      { createOptions, numOptions: createOptions.length },
      'open a device',
    );
    const core = new ClientCore(plugin, answer.read('client'));
    try {
      return new PjrtClient(core, onDispose);
    } catch (error) {
      await core.dispose();
      throw error;
    }
  }

  /**
   * Copies numbers to the device.
   *
   * @param shape any shape that the numbers fill
   * @param options type of the elements, where the array does not tell it: bytes may be `bool`
   * @throws LamoError `length-mismatch`, `handle-disposed`, `device-memory`, `plugin-failed`
   */
  upload(
    data: HostNumbers,
    shape: readonly number[],
    options: { readonly type?: PjrtType; readonly device?: PjrtDevice } = {},
  ): PjrtBuffer {
    const { type = typeOfArray(data), device = this.#firstDevice() } = options;
    if (!(data instanceof hostType(type).array) || data.length !== sizeOf(shape)) {
      throw new LamoError({
        where: 'runtime/pjrt',
        code: 'length-mismatch',
        problem: 'The numbers to upload do not fill the shape',
        expected: `${sizeOf(shape)} elements of ${type} for [${shape.join(', ')}]`,
        received: `${data.length} elements in ${data.constructor.name}`,
      });
    }
    const { plugin, address: client } = this.#core;
    const answer = plugin.call(
      'Client_BufferFromHostBuffer',
      {
        client,
        data,
        type: hostType(type).code,
        dims: BigInt64Array.from(shape, BigInt),
        numDims: shape.length,
        hostBufferSemantics: COPY_DURING_CALL,
        device: device.address,
      },
      `upload ${type} [${shape.join(', ')}]`,
    );
    const [event, address] = [answer.read('doneWithHostBuffer'), answer.read('buffer')];
    plugin.call('Event_Destroy', { event }, 'upload numbers');
    return new PjrtBuffer(this.#core, this.#core.own('buffer', address));
  }

  /**
   * Compiles a program for the first device, on another thread.
   *
   * @param program StableHLO text, or its bytecode
   * @throws LamoError `plugin-failed` with the compiler's message, `device-memory`, `handle-disposed`
   */
  compile(program: string | Uint8Array, options: ExecutableOptions = {}): Promise<PjrtExecutable> {
    const { plugin } = this.#core;
    const code = typeof program === 'string' ? new TextEncoder().encode(program) : program;
    const format = new TextEncoder().encode('mlir');
    return this.#core.during(async (client) => {
      const answer = await plugin.callAsync(
        'Client_Compile',
        {
          client,
          program: plugin
            .struct(structs.Program)
            .write({ code, codeSize: code.length, format, formatSize: format.length }),
          compileOptions: this.compileOptions,
          compileOptionsSize: this.compileOptions.length,
        },
        `compile ${options.name ?? 'the program'}`,
      );
      return new PjrtExecutable(this.#core, this.#core.own('executable', answer.read('executable')), options);
    });
  }

  /**
   * Loads what {@link PjrtExecutable.serialize} wrote, with the options that it was compiled with.
   *
   * @throws LamoError `plugin-failed` if it is damaged, or of another plug-in
   */
  load(serialized: Uint8Array, options: ExecutableOptions = {}): Promise<PjrtExecutable> {
    const { plugin } = this.#core;
    return this.#core.during(async (client) => {
      const answer = await plugin.callAsync(
        'Executable_DeserializeAndLoad',
        { client, serializedExecutable: serialized, serializedExecutableSize: serialized.length },
        `load ${options.name ?? 'the program'}`,
      );
      const handle = this.#core.own('executable', answer.read('loadedExecutable'));
      return new PjrtExecutable(this.#core, handle, options);
    });
  }

  /** Waits for what is running, then frees all buffers and executables that are left, and the devices. */
  async dispose(): Promise<void> {
    await this.#core.dispose();
    this.#onDispose();
  }

  #firstDevice(): PjrtDevice {
    return this.devices[0]!;
  }
}
