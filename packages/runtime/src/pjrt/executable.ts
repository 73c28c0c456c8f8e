import { LamoError } from '@lamo/core';
import { PjrtBuffer } from './buffer';
import type { CStruct } from './c-struct';
import type { ClientCore } from './client-core';
import type { Handle } from './handle';
import { type StructFields, structs } from './interface';

/** What is to be known of a program, beside its text. */
export interface ExecutableOptions {
  /** What the program is, for errors. @default 'the program' */
  readonly name?: string;
  /**
   * Arguments, by index, whose memory the outputs take over: those that have `tf.aliasing_output` in the text. An
   * execution uses these buffers up; those of all other arguments stay as they are, whatever the text says.
   * @default none
   */
  readonly donated?: readonly number[];
}

/** A compiled program on a device. */
export class PjrtExecutable {
  /** How many buffers {@link execute} returns. */
  readonly outputs: number;
  readonly #core: ClientCore;
  readonly #handle: Handle;
  readonly #name: string;
  readonly #donated: readonly number[];
  #lists: ArgumentLists | undefined;

  /** @param handle of an executable that the plug-in has loaded */
  constructor(core: ClientCore, handle: Handle, { name = 'the program', donated = [] }: ExecutableOptions) {
    this.#core = core;
    this.#handle = handle;
    this.#name = name;
    this.#donated = donated;
    this.outputs = this.#countOutputs();
  }

  /**
   * Starts an execution and returns at once: the buffers get their numbers later. Donated arguments are used up.
   *
   * @param args one buffer for each argument of the program
   * @throws LamoError `handle-disposed`, `donated-twice`, `device-memory`, `plugin-failed`; what fails later is thrown
   *   by the buffers
   */
  execute(args: readonly PjrtBuffer[]): PjrtBuffer[] {
    this.#checkDonated(args);
    const { plugin } = this.#core;
    const lists = this.#listsFor(args.length);
    for (const [i, { address }] of args.entries()) lists.arguments[i] = address;
    try {
      plugin.call(
        'LoadedExecutable_Execute',
        {
          executable: this.#handle.address,
          options: lists.options,
          argumentLists: lists.argumentLists,
          numDevices: 1,
          numArgs: args.length,
          outputLists: lists.outputLists,
        },
        `run ${this.#name}`,
      );
    } catch (error) {
      this.#releaseUsedUp(args);
      throw error;
    }
    for (const i of this.#donated) args[i]!.donate();
    return Array.from(
      lists.outputs,
      (address) => new PjrtBuffer(this.#core, this.#core.own('buffer', address)),
    );
  }

  /**
   * Writes the compiled program as bytes, which the same plug-in loads again on the same kind of device.
   *
   * @throws LamoError `plugin-unsupported` if it cannot
   */
  serialize(): Uint8Array<ArrayBuffer> {
    const { plugin } = this.#core;
    return this.#inspect((executable) => {
      const answer = plugin.call('Executable_Serialize', { executable }, `serialise ${this.#name}`);
      const bytes = plugin.copy(answer.read('serializedBytes'), answer.read('serializedBytesSize'));
      plugin.free(answer.read('serializedExecutableDeleter'), answer.read('serializedExecutable'));
      return new Uint8Array(bytes);
    });
  }

  /** Frees it. Executions that were started are not disturbed. */
  dispose(): void {
    this.#handle.release('disposed');
  }

  /** Looks at the program itself, of which what is loaded on the device is one instance. */
  #inspect<Result>(look: (executable: bigint) => Result): Result {
    const { plugin } = this.#core;
    const doing = 'inspect a program';
    const loadedExecutable = this.#handle.address;
    const executable = plugin
      .call('LoadedExecutable_GetExecutable', { loadedExecutable }, doing)
      .read('executable');
    try {
      return look(executable);
    } finally {
      plugin.call('Executable_Destroy', { executable }, doing);
    }
  }

  #countOutputs(): number {
    const { plugin } = this.#core;
    try {
      return this.#inspect((executable) =>
        plugin.call('Executable_NumOutputs', { executable }, 'inspect a program').read('numOutputs'),
      );
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  #listsFor(count: number): ArgumentLists {
    if (this.#lists?.arguments.length !== count) {
      const isDonated = new Set(this.#donated);
      const kept = Array.from({ length: count }, (_, i) => i).filter((i) => !isDonated.has(i));
      const { plugin } = this.#core;
      const [args, outputs] = [new BigUint64Array(count), new BigUint64Array(this.outputs)];
      this.#lists = {
        arguments: args,
        outputs,
        // One list for each device: there is one.
        argumentLists: plugin.pointers([args]),
        outputLists: plugin.pointers([outputs]),
        options: plugin.struct(structs.ExecuteOptions).write({
          nonDonatableInputIndices: BigInt64Array.from(kept, BigInt),
          numNonDonatableInputIndices: kept.length,
        }),
      };
    }
    return this.#lists;
  }

  #checkDonated(args: readonly PjrtBuffer[]): void {
    for (const i of this.#donated) {
      const first = args.indexOf(args[i]!);
      if (i < args.length && first === i && args.indexOf(args[i]!, i + 1) === -1) continue;
      throw new LamoError({
        where: 'runtime/pjrt',
        code: 'donated-twice',
        problem: `Argument ${i} of ${this.#name} is to be donated, and has to be a buffer of its own`,
        received: i < args.length ? 'a buffer that is another argument, too' : `${args.length} arguments`,
      });
    }
  }

  /** After an error: a plug-in may have taken some of the donated buffers nevertheless. */
  #releaseUsedUp(args: readonly PjrtBuffer[]): void {
    for (const i of this.#donated) {
      const buffer = args[i]!.address;
      const answer = this.#core.plugin.call('Buffer_IsDeleted', { buffer }, 'inspect a buffer');
      if (answer.read('isDeleted')) args[i]!.donate();
    }
  }
}

/** Memory for the arguments of an execution, used again by the next. */
interface ArgumentLists {
  readonly arguments: BigUint64Array;
  readonly outputs: BigUint64Array;
  readonly argumentLists: BigUint64Array;
  readonly outputLists: BigUint64Array;
  readonly options: CStruct<StructFields<'ExecuteOptions'>>;
}
