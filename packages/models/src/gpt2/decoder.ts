import type { Device, Executable } from '@lamo/runtime';
import { compileDecoder, type DecoderSizes, decoderPlan, decoderWeights } from './compile-decoder';
import type { LoadedGpt2 } from './load-gpt2';

const SHORTEST = 32;
/** Texts of so many tokens are read one by one: a graph that reads them at once costs more to compile than it saves. */
const READ_ONE_BY_ONE = 8;
/**
 * Room in the caches beyond the tokens that there are, in tokens or, where that is more, in numbers: growing costs a compilation, and room
 * costs time in each step.
 */
const MOST_ROOM = { tokens: 64, numbers: 2 ** 20 };

/** A model that is compiled for certain sizes. */
interface Compiled {
  readonly executable: Executable<'read' | 'next'>;
  readonly sizes: DecoderSizes;
}

/** What a {@link Decoder} needs to know. */
export interface DecoderOptions {
  readonly device: Device;
  readonly model: LoadedGpt2;
  /** Texts at once. */
  readonly rows: number;
  /** How many tokens will probably be added to a text: there will be room for them, or for many of them. */
  readonly tokens: number;
}

/**
 * Scores the next tokens of texts that grow by one token at a time. Keys and values of what was read stay on the device, in caches that
 * have room for a power of two: when a text outgrows them, larger ones are compiled, and all is read again. A text of more tokens
 * than the model has positions is read anew for each of them, its last ones: every token is then at another position than before.
 */
export class Decoder {
  readonly #device: Device;
  readonly #rows: number;
  readonly #compiled = new Map<string, Compiled>();
  /** Tokens of each row that are in the caches of what ran last. */
  readonly #held: number[];
  #current: Compiled | undefined;
  #model: LoadedGpt2;
  #tokens: number;

  constructor({ device, model, rows, tokens }: DecoderOptions) {
    this.#device = device;
    this.#model = model;
    this.#rows = rows;
    this.#tokens = tokens;
    this.#held = new Array<number>(rows).fill(0);
  }

  /** Makes room for other texts. */
  forget(): void {
    this.#current = undefined;
  }

  /** Tells whether {@link load} can take a model: one that differs from that of before in nothing but weights. */
  fits(model: LoadedGpt2, rows: number): boolean {
    return rows === this.#rows && decoderPlan(model) === decoderPlan(this.#model);
  }

  /**
   * Goes on with other weights and other texts; what is compiled stays.
   *
   * @param model one that {@link fits}; its arrays are read where they are
   * @param tokens as in {@link DecoderOptions}
   */
  async load(model: LoadedGpt2, tokens: number): Promise<void> {
    this.forget();
    this.#model = model;
    this.#tokens = tokens;
    const weights = decoderWeights(model);
    for (const { executable } of this.#compiled.values()) await executable.writeFrozen(weights);
  }

  /**
   * Scores the next token of each text. Until {@link forget}, a text is that of its row before, with at most one token more, or a single
   * token, whose score is then of no interest.
   *
   * @param texts one for each row, at least one token each
   * @returns logits [rows, V], overwritten by the next call
   */
  async score(texts: readonly (readonly number[])[]): Promise<Float32Array> {
    const { nPositions } = this.#model.config;
    const seen = texts.map((text) => text.slice(-nPositions));
    const longest = Math.max(...seen.map(({ length }) => length));
    const isRead =
      longest <= (this.#current?.sizes.capacity ?? 0) &&
      seen.every(({ length }, row) => this.#held[row]! >= length - 1);
    if (!isRead) this.#current = await this.#compiledFor(longest);
    const { executable, sizes } = this.#current!;
    for (const [row, text] of seen.entries()) {
      if (!isRead && sizes.window > 0) executable.inputs.tokens!.set(text, row * sizes.window);
      // Where the next window begins later, no token keeps its position.
      this.#held[row] = texts[row]!.length < nPositions ? text.length : 0;
    }
    if (!isRead && sizes.window === 0)
      for (let place = 0; place < longest - 1; place++) await this.#run('next', seen, place);
    return this.#run(isRead || sizes.window === 0 ? 'next' : 'read', seen);
  }

  /** @param place of the token that is read in each text, or its last one where it is shorter: that is read again, which changes nothing */
  async #run(
    variant: 'read' | 'next',
    texts: readonly (readonly number[])[],
    place = Infinity,
  ): Promise<Float32Array> {
    const { executable } = this.#current!;
    for (const [row, text] of texts.entries()) {
      const at = Math.min(place, text.length - 1);
      executable.inputs.place![row] = at;
      executable.inputs.token![row] = text[at]!;
    }
    await executable.run(variant);
    return executable.outputs[variant].logits!;
  }

  /** The model with a window for so many tokens, and caches for some more. */
  async #compiledFor(length: number): Promise<Compiled> {
    const [model, rows] = [this.#model, this.#rows];
    const { nLayer, nEmbd } = model.config;
    const most = Math.max(MOST_ROOM.tokens, Math.floor(MOST_ROOM.numbers / (2 * nLayer * nEmbd * rows)));
    const bucket = (least: number) =>
      Math.min(2 ** Math.ceil(Math.log2(Math.max(least, SHORTEST))), model.config.nPositions);
    const sizes = {
      rows,
      window: length <= READ_ONE_BY_ONE ? 0 : bucket(length),
      capacity: bucket(length - 1 + Math.min(this.#tokens, most)),
    };
    const name = `${sizes.window} of ${sizes.capacity}`;
    const compiled = this.#compiled.get(name) ?? {
      executable: await compileDecoder(this.#device, model, sizes),
      sizes,
    };
    this.#compiled.set(name, compiled);
    return compiled;
  }

  /** Frees what the device holds. */
  async dispose(): Promise<void> {
    for (const { executable } of this.#compiled.values()) await executable.dispose();
    this.#compiled.clear();
  }
}
