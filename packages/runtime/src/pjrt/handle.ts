import { LamoError } from '@lamo/core';

/** Something that a plug-in made and that has to be destroyed once: a buffer, an executable. */
export class Handle {
  readonly #address: bigint;
  readonly #kind: string;
  readonly #destroy: (address: bigint) => void;
  #gone: 'disposed' | 'donated' | undefined;

  /** @param destroy frees what is at the address */
  constructor(kind: 'buffer' | 'executable', address: bigint, destroy: (address: bigint) => void) {
    this.#kind = kind;
    this.#address = address;
    this.#destroy = destroy;
  }

  /** Where it is. @throws LamoError `handle-disposed` when it was destroyed */
  get address(): bigint {
    if (this.#gone === undefined) return this.#address;
    throw new LamoError({
      where: 'runtime/pjrt',
      code: 'handle-disposed',
      problem: `This ${this.#kind} cannot be used any more: it was ${this.#gone}`,
      ...(this.#gone === 'donated'
        ? { hint: 'An execution took over its memory for an output: use that buffer instead.' }
        : {}),
    });
  }

  /** True until it is destroyed. */
  get isLive(): boolean {
    return this.#gone === undefined;
  }

  /** Destroys it, if it is not yet. */
  release(why: 'disposed' | 'donated'): void {
    if (this.#gone !== undefined) return;
    this.#gone = why;
    this.#destroy(this.#address);
  }
}
