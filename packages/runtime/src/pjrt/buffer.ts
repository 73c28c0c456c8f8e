import { LamoError } from '@lamo/core';
import { sizeOf } from '../tree';
import type { ClientCore } from './client-core';
import type { Handle } from './handle';
import { type HostNumbers, hostType, type PjrtType, typeOfCode } from './host-types';

/** Numbers in the memory of a device. */
export class PjrtBuffer {
  readonly #core: ClientCore;
  readonly #handle: Handle;
  #type: PjrtType | undefined;
  #shape: readonly number[] | undefined;

  /** @param handle of a buffer that the plug-in has made */
  constructor(core: ClientCore, handle: Handle) {
    this.#core = core;
    this.#handle = handle;
  }

  /** Address of the plug-in's buffer. @throws LamoError `handle-disposed` after {@link dispose} or donation */
  get address(): bigint {
    return this.#handle.address;
  }

  /** False after {@link dispose} or donation. */
  get isLive(): boolean {
    return this.#handle.isLive;
  }

  /** Type of its elements. @throws LamoError `handle-disposed`, `plugin-unsupported` for one that cannot be read */
  get type(): PjrtType {
    const buffer = this.address;
    this.#type ??= typeOfCode(
      this.#core.plugin.call('Buffer_ElementType', { buffer }, 'inspect a buffer').read('type'),
    );
    return this.#type;
  }

  /** Its shape. @throws LamoError `handle-disposed` */
  get shape(): readonly number[] {
    const buffer = this.address;
    if (this.#shape === undefined) {
      const { plugin } = this.#core;
      const answer = plugin.call('Buffer_Dimensions', { buffer }, 'inspect a buffer');
      const dimensions = plugin.copy(answer.read('dims'), 8 * answer.read('numDims'));
      this.#shape = Array.from(new BigInt64Array(dimensions), Number);
    }
    return this.#shape;
  }

  /** Waits until its numbers are computed. @throws LamoError with the error of the execution that was to compute them */
  ready(): Promise<void> {
    return this.#core.during(async () => {
      const { plugin } = this.#core;
      const buffer = this.address;
      await plugin.finish(plugin.call('Buffer_ReadyEvent', { buffer }, WAIT).read('event'), WAIT);
    });
  }

  /**
   * Copies its numbers to the host, after waiting for them.
   *
   * @param into array of the buffer's type and size to write to @default a new one
   * @throws LamoError `handle-disposed`, `length-mismatch`, or the error of the execution that was to compute them
   */
  read(into?: HostNumbers): Promise<HostNumbers> {
    return this.#core.during(async () => {
      const target = into === undefined ? this.#makeTarget() : this.#checkTarget(into);
      const { plugin } = this.#core;
      const answer = plugin.call(
        'Buffer_ToHostBuffer',
        { src: this.address, dst: target, dstSize: target.byteLength },
        READ,
      );
      await plugin.finish(answer.read('event'), READ);
      return target;
    });
  }

  /** Frees it. Executions that were started with it are not disturbed. */
  dispose(): void {
    this.#handle.release('disposed');
  }

  /** Destroys what is left of it after an execution took over its memory. */
  donate(): void {
    this.#handle.release('donated');
  }

  #makeTarget(): HostNumbers {
    return new (hostType(this.type).array)(sizeOf(this.shape));
  }

  #checkTarget(into: HostNumbers): HostNumbers {
    const size = sizeOf(this.shape);
    if (into instanceof hostType(this.type).array && into.length === size) return into;
    throw new LamoError({
      where: 'runtime/pjrt',
      code: 'length-mismatch',
      problem: 'The array does not fit the buffer that is to be read',
      expected: `${size} elements of ${this.type}`,
      received: `${into.length} elements in ${into.constructor.name}`,
    });
  }
}

const WAIT = 'compute the numbers of a buffer';
const READ = 'read a buffer';
