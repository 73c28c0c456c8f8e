import type { Koffi } from '@lamo/core/koffi';
import type { KoffiFunc } from 'koffi';
import type { CFields, CLayout } from './c-layout';
import { CStruct, type CValues, type Memory } from './c-struct';
import { type FieldsOf, type FunctionName, functions, slotOf } from './interface';
import { OUT_OF_MEMORY, type PjrtMemory, pluginError } from './plugin-error';

/**
 * Bytes of every struct outside of arrays. A plug-in refuses a struct that is smaller than it knows it, and newer
 * versions append fields: those are zero here, which means absent.
 */
const STRUCT_BYTES = 512;

/** A function of the interface: from the address of its arguments to the address of an error, or null. */
type NativeFunction = KoffiFunc<(args: bigint) => bigint | null>;

/** The arguments of a function after its call, with what the plug-in wrote. */
export type Answer<Name extends FunctionName> = CStruct<FieldsOf<Name>>;

/** The functions of a plug-in, called with arguments that are checked by type. {@link loadPlugin} makes one. */
export class PjrtPlugin {
  /** The plug-in's file, without symbolic links. */
  readonly path: string;
  /** Version of the interface that it was built with: `0.104`. */
  readonly version: string;
  /** Reads the memory of the device, for errors that say that there was too little. */
  readMemory: () => PjrtMemory | undefined = () => undefined;
  readonly #koffi: Koffi;
  readonly #api: bigint;
  readonly #functions = new Map<FunctionName, NativeFunction>();
  readonly #arguments = new Map<FunctionName, CStruct>();
  readonly #running = new Set<unknown>();

  /** @param api address of the plug-in's `PJRT_Api` */
  constructor(
    koffi: Koffi,
    plugin: { readonly path: string; readonly version: string; readonly api: bigint },
  ) {
    this.#koffi = koffi;
    this.#api = plugin.api;
    this.path = plugin.path;
    this.version = plugin.version;
  }

  /**
   * Calls a function. Its answer holds until the next call of the same function.
   *
   * @param doing for errors: `compile the program`
   * @throws LamoError {@link pluginError}
   */
  call<Name extends FunctionName>(name: Name, values: CValues<FieldsOf<Name>>, doing: string): Answer<Name> {
    let args = this.#arguments.get(name) as Answer<Name> | undefined;
    if (args === undefined) {
      args = this.struct(functions[name] as CLayout<FieldsOf<Name>>);
      this.#arguments.set(name, args as unknown as CStruct);
    }
    args.reset().write(values);
    const error = this.#function(name)(args.address);
    args.letGo();
    if (error !== null) throw this.#toError(error, doing);
    return args;
  }

  /** Calls a function that takes long, on another thread; else as {@link call}. */
  async callAsync<Name extends FunctionName>(
    name: Name,
    values: CValues<FieldsOf<Name>>,
    doing: string,
  ): Promise<Answer<Name>> {
    const args = this.struct(functions[name] as CLayout<FieldsOf<Name>>).write(values);
    this.#running.add(args);
    try {
      const native = this.#function(name);
      const error = await new Promise<bigint | null>((resolve, reject) => {
        native.async(args.address, (failure, result) => (failure ? reject(failure) : resolve(result)));
      });
      if (error !== null) throw this.#toError(error, doing);
      return args;
    } finally {
      this.#running.delete(args);
    }
  }

  /** Waits for an event without blocking, and destroys it. */
  async finish(event: bigint, doing: string): Promise<void> {
    try {
      if (this.call('Event_IsReady', { event }, doing).read('isReady'))
        this.call('Event_Error', { event }, doing);
      else await this.callAsync('Event_Await', { event }, doing);
    } finally {
      this.call('Event_Destroy', { event }, doing);
    }
  }

  /** Makes a struct of the interface. All of them begin with their size. */
  struct<Fields extends CFields>(layout: CLayout<Fields>): CStruct<Fields> {
    return this.#structOver(layout, new Uint8Array(STRUCT_BYTES));
  }

  /** Makes structs of the interface that lie side by side, as C's arrays do. */
  structArray<Fields extends CFields>(layout: CLayout<Fields>, count: number): CStruct<Fields>[] {
    const bytes = new Uint8Array(layout.size * count);
    return Array.from({ length: count }, (_, i) =>
      this.#structOver(layout, bytes.subarray(i * layout.size, (i + 1) * layout.size)),
    );
  }

  /** Writes the addresses of arrays, which have to be kept for as long as the plug-in may read them. */
  pointers(arrays: readonly Memory[]): BigUint64Array {
    return BigUint64Array.from(arrays, (array) => this.#addressOf(array));
  }

  /** Copies bytes of the plug-in's. */
  copy(address: bigint, bytes: number): ArrayBuffer {
    return bytes === 0 ? new ArrayBuffer(0) : this.#koffi.view(address, bytes).slice(0);
  }

  /** Copies a text of the plug-in's. */
  text(address: bigint, bytes: number): string {
    return new TextDecoder().decode(this.copy(address, bytes));
  }

  /** Calls a function that a plug-in has returned for freeing something of its own. */
  free(deleter: bigint, owned: bigint): void {
    this.#koffi.call(deleter, this.#koffi.proto('void', ['void *']), owned);
  }

  #function(name: FunctionName): NativeFunction {
    let native = this.#functions.get(name);
    if (native === undefined) {
      const [address] = new BigUint64Array(this.copy(this.#api + BigInt(slotOf(name)), 8));
      // These two return nothing: a register would be read as if it were an error.
      const result = name === 'Error_Destroy' || name === 'Error_Message' ? 'void' : 'void *';
      native = this.#koffi.decode(address, this.#koffi.proto(result, ['void *'])) as NativeFunction;
      this.#functions.set(name, native);
    }
    return native;
  }

  /** Reads and destroys an error. */
  #toError(error: bigint, doing: string): Error {
    const text = this.struct(functions.Error_Message).write({ error });
    this.#function('Error_Message')(text.address);
    const message = this.text(text.read('message'), text.read('messageSize'));
    const kind = this.struct(functions.Error_GetCode).write({ error });
    this.#function('Error_GetCode')(kind.address);
    const code = kind.read('code');
    this.#function('Error_Destroy')(this.struct(functions.Error_Destroy).write({ error }).address);
    return pluginError({
      doing,
      code,
      message,
      memory: code === OUT_OF_MEMORY ? this.#memory() : undefined,
    });
  }

  /** Memory for an error that says that there was too little; if it cannot be read, either, the first error counts. */
  #memory(): PjrtMemory | undefined {
    const read = this.readMemory;
    this.readMemory = () => undefined;
    try {
      return read();
    } catch {
      return undefined;
    } finally {
      this.readMemory = read;
    }
  }

  #structOver<Fields extends CFields>(
    layout: CLayout<Fields>,
    bytes: Uint8Array<ArrayBuffer>,
  ): CStruct<Fields> {
    return new CStruct(layout, (memory) => this.#addressOf(memory), bytes).reset();
  }

  /** Empty memory has an address, too: some plug-ins refuse null for data, even where there is none to read. */
  #addressOf(memory: Memory): bigint {
    return this.#koffi.address(memory.byteLength === 0 ? NOTHING : memory);
  }
}

const NOTHING = new ArrayBuffer(8);
