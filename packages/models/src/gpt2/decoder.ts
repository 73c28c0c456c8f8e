import type { Device, Executable } from '@lamo/runtime';
import { compileDecoder } from './compile-decoder';
import type { LoadedGpt2 } from './load-gpt2';

const LEAST_CAPACITY = 32;
/** Tokens that a cache has room for beyond those there are: growing costs a compilation, and room costs time in each step. */
const MOST_ROOM = 64;

/** What a {@link Decoder} needs to know. */
export interface DecoderOptions {
  readonly device: Device;
  readonly model: LoadedGpt2;
  /** Texts at once. */
  readonly rows: number;
  /** Most tokens that will be added to a text. */
  readonly tokens: number;
}

/**
 * Scores the next tokens of texts that grow by one token at a time. Keys and values of what was read stay on the device, in caches that
 * have room for a power of two: when a text outgrows them, larger ones are compiled, and all is read again. A text of more tokens
 * than the model has positions is read anew for each of them, its last ones: every token is then at another position than before.
 */
export class Decoder {
  readonly #options: DecoderOptions;
  readonly #compiled = new Map<number, Executable<'read' | 'next'>>();
  /** Tokens of each row that are in the cache. */
  readonly #held: number[];
  #capacity = 0;

  constructor(options: DecoderOptions) {
    this.#options = options;
    this.#held = new Array<number>(options.rows).fill(0);
  }

  /** Makes room for other texts. */
  forget(): void {
    this.#capacity = 0;
    this.#held.fill(0);
  }

  /**
   * Scores the next token of each text. Until {@link forget}, a text is that of its row before, with at most one token more, or a single
   * token, whose score is then of no interest.
   *
   * @param texts one for each row, at least one token each
   * @returns logits [rows, V], overwritten by the next call
   */
  async score(texts: readonly (readonly number[])[]): Promise<Float32Array> {
    const { nPositions } = this.#options.model.config;
    const seen = texts.map((text) => text.slice(-nPositions));
    const executable = await this.#reach(Math.max(...seen.map(({ length }) => length)));
    const isRead = seen.every(({ length }, row) => this.#held[row]! >= length - 1);
    const { tokens, token, place } = executable.inputs;
    for (const [row, text] of seen.entries()) {
      place![row] = text.length - 1;
      token![row] = text.at(-1)!;
      if (!isRead) tokens!.set(text, row * this.#capacity);
      // Where the next window begins later, no token keeps its position.
      this.#held[row] = texts[row]!.length < nPositions ? text.length : 0;
    }
    const variant = isRead ? 'next' : 'read';
    await executable.run(variant);
    return executable.outputs[variant].logits!;
  }

  /** The model with caches for at least so many tokens; those that were made last, if they suffice. */
  async #reach(length: number): Promise<Executable<'read' | 'next'>> {
    const { device, model, rows, tokens } = this.#options;
    if (length > this.#capacity) {
      const wanted = Math.max(length - 1 + Math.min(tokens, MOST_ROOM), LEAST_CAPACITY);
      this.#capacity = Math.min(2 ** Math.ceil(Math.log2(wanted)), model.config.nPositions);
      this.#held.fill(0);
    }
    let executable = this.#compiled.get(this.#capacity);
    if (executable === undefined) {
      executable = await compileDecoder(device, model, rows, this.#capacity);
      this.#compiled.set(this.#capacity, executable);
    }
    return executable;
  }

  /** Frees what the device holds. */
  async dispose(): Promise<void> {
    for (const executable of this.#compiled.values()) await executable.dispose();
    this.#compiled.clear();
  }
}
