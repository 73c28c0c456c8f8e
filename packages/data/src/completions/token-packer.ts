import type { PackedExamples } from './completions';

/** Puts the tokens of examples one after another, in an array that grows. */
export class TokenPacker {
  #ids = new Uint32Array(1 << 16);
  readonly #starts = [0];
  readonly #prompts: number[] = [];
  /** Tokens of the longest example. */
  longest = 0;
  /** The largest id. */
  largestToken = 0;

  /** Tokens so far. */
  get tokens(): number {
    return this.#starts.at(-1)!;
  }

  /** Examples so far. */
  get examples(): number {
    return this.#prompts.length;
  }

  add(prompt: readonly number[], completion: readonly number[]): void {
    const start = this.tokens;
    const ids = [...prompt, ...completion];
    const end = start + ids.length;
    if (end > this.#ids.length) this.#grow(Math.max(end, 2 * this.#ids.length));
    this.#ids.set(ids, start);
    this.#starts.push(end);
    this.#prompts.push(prompt.length);
    this.longest = Math.max(this.longest, ids.length);
    for (const id of ids) if (id > this.largestToken) this.largestToken = id;
  }

  pack(): PackedExamples {
    return {
      ids: this.#ids.slice(0, this.tokens),
      starts: Float64Array.from(this.#starts),
      prompts: Uint32Array.from(this.#prompts),
    };
  }

  #grow(length: number): void {
    const larger = new Uint32Array(length);
    larger.set(this.#ids);
    this.#ids = larger;
  }
}
