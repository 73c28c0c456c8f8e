import { LamoError } from './errors';

/** Serialisable state of a {@link Rng}: four 32-bit words, and the normal draw kept for the next call. */
export interface RngState {
  /** The 128 bits of xoshiro128**, as four 32-bit words. */
  readonly words: readonly [number, number, number, number];
  /** Normal draws come in pairs: the second one of the last pair, if it has not been used yet. */
  readonly spareNormal: number | null;
}

/**
 * A seeded, splittable random number generator (xoshiro128**, Blackman and Vigna 2018): the only source of
 * randomness in lamo. Equal seeds give equal streams on every machine; {@link Rng.split} gives each purpose
 * a stream of its own, so that drawing more from one never shifts another.
 *
 * @example
 * const rng = Rng.fromSeed(7);
 * const batches = rng.split('batches');
 * batches.integer(100); // a row between 0 and 99
 */
export class Rng {
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  #spareNormal: number | null;

  private constructor(state: RngState) {
    [this.#a, this.#b, this.#c, this.#d] = state.words;
    this.#spareNormal = state.spareNormal;
  }

  /**
   * Creates the stream of a seed.
   *
   * @param seed any integer that a double holds exactly, negative ones too
   * @throws LamoError `out-of-range`
   */
  static fromSeed(seed: number): Rng {
    if (!Number.isSafeInteger(seed)) {
      throw new LamoError({
        where: 'core/rng',
        code: 'out-of-range',
        problem: '`seed` must be an integer',
        expected: 'a whole number between -(2^53 - 1) and 2^53 - 1',
        received: String(seed),
      });
    }
    return Rng.fromWords([seed | 0, Math.floor(seed / 2 ** 32) | 0]);
  }

  /** Creates a stream that continues exactly where {@link Rng.state} was read. @throws LamoError `invalid-rng-state` */
  static fromState(state: RngState): Rng {
    checkState(state);
    return new Rng(state);
  }

  private static fromWords(seedWords: readonly number[]): Rng {
    // Four hashes of the same words fill the state, which must not be all zero.
    const hash = (lane: number) => seedWords.reduce((h, word) => mix(h ^ word), Math.imul(lane, 0x9e3779b9));
    return new Rng({ words: [hash(1), hash(2), hash(3), hash(4) | 1], spareNormal: null });
  }

  /**
   * Creates an independent stream for a purpose. It depends on this stream's state and the label, and does
   * not advance this stream.
   */
  split(label: string): Rng {
    const words = [this.#a, this.#b, this.#c, this.#d];
    for (let i = 0; i < label.length; i++) words.push(label.charCodeAt(i));
    return Rng.fromWords(words);
  }

  /** Reads the state, to be saved in a checkpoint. */
  state(): RngState {
    return { words: [this.#a, this.#b, this.#c, this.#d], spareNormal: this.#spareNormal };
  }

  /** Continues from a saved state. @throws LamoError `invalid-rng-state` */
  restore(state: RngState): void {
    checkState(state);
    [this.#a, this.#b, this.#c, this.#d] = state.words;
    this.#spareNormal = state.spareNormal;
  }

  /** Draws 32 random bits as an unsigned integer. */
  uint32(): number {
    return this.#int32() >>> 0;
  }

  /** Draws 32 random bits as a signed integer, which V8 can keep off the heap, unlike an unsigned one. */
  #int32(): number {
    const scrambled = Math.imul(rotateLeft(Math.imul(this.#b, 5), 7), 9);
    const t = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= t;
    this.#d = rotateLeft(this.#d, 11);
    return scrambled;
  }

  /** Draws uniformly from [low, high), by default [0, 1), with 53 random bits. */
  uniform(low = 0, high = 1): number {
    const unit = ((this.#int32() >>> 5) * 67_108_864 + (this.#int32() >>> 6)) / 9_007_199_254_740_992;
    return low + (high - low) * unit;
  }

  /**
   * Draws an integer uniformly from [0, bound), without bias.
   *
   * @param bound from 1 to 2^32
   */
  integer(bound: number): number {
    for (;;) {
      const bits = this.#int32() >>> 0;
      // Exact below 2^53, and several times as fast as the remainder of numbers that are no 31-bit integers.
      const multiple = Math.floor(bits / bound) * bound;
      // The last multiple may have less than `bound` numbers above it.
      if (multiple <= 4_294_967_296 - bound) return bits - multiple;
    }
  }

  /** Draws from the standard normal distribution (Marsaglia's polar method). */
  normal(): number {
    if (this.#spareNormal !== null) {
      const spare = this.#spareNormal;
      this.#spareNormal = null;
      return spare;
    }
    for (;;) {
      const u = this.uniform(-1, 1);
      const v = this.uniform(-1, 1);
      const s = u * u + v * v;
      if (s >= 1 || s === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(s)) / s);
      this.#spareNormal = v * scale;
      return u * scale;
    }
  }

  /** Fills an array with standard normal draws. */
  fillNormal(target: Float32Array): void {
    for (let i = 0; i < target.length; i++) target[i] = this.normal();
  }

  /** Fills an array with uniform draws from [0, 1). */
  fillUniform(target: Float32Array): void {
    for (let i = 0; i < target.length; i++) target[i] = this.uniform();
  }

  /**
   * Fills an array with dropout factors: 0 with probability `rate`, else 1 / (1 − rate). One draw of 32
   * bits makes two elements, so the probability is that of the nearest 65536th.
   */
  fillDropout(target: Float32Array, rate: number): void {
    const threshold = Math.round(rate * 65_536);
    // A table and local words: millions of these are drawn in a step, and a branch would be mispredicted.
    const values = Float32Array.of(1 / (1 - rate), 0);
    let [a, b, c, d] = [this.#a, this.#b, this.#c, this.#d];
    for (let i = 0; i < target.length; i += 2) {
      const bits = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9);
      const t = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= t;
      d = rotateLeft(d, 11);
      target[i] = values[((bits >>> 16) - threshold) >>> 31]!;
      target[i + 1] = values[((bits & 0xffff) - threshold) >>> 31]!;
    }
    [this.#a, this.#b, this.#c, this.#d] = [a, b, c, d];
  }

  /** Shuffles an array in place (Fisher and Yates). */
  shuffle<T extends { [index: number]: unknown; readonly length: number }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const kept = items[i];
      items[i] = items[j];
      items[j] = kept;
    }
    return items;
  }
}

function rotateLeft(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

function mix(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return h ^ (h >>> 15);
}

/** States are read from files: with anything but four words that are not all 0, every draw would be NaN or 0. */
function checkState(state: unknown): void {
  const { words, spareNormal } = Object(state) as Partial<Record<keyof RngState, unknown>>;
  const isWord = (word: unknown) => Number.isInteger(word) && Math.abs(word as number) < 2 ** 32;
  const hasWords =
    Array.isArray(words) && words.length === 4 && words.every(isWord) && words.some((word) => word !== 0);
  if (hasWords && (spareNormal === null || Number.isFinite(spareNormal))) return;
  throw new LamoError({
    where: 'core/rng',
    code: 'invalid-rng-state',
    problem: 'The saved state of a random number generator is not valid',
    expected: 'four words that are not all 0, and a spare normal draw or null',
    received: JSON.stringify(state) ?? 'nothing',
    hint: 'The file that it was saved in is damaged: use an earlier checkpoint.',
  });
}
