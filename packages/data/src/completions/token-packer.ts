import type { EncodedExample } from './encode-example';
import type { PackedExamples } from './packed-completions';

/** Numbers one after another, in an array that grows. */
class Growing<Numbers extends Uint32Array | Float32Array> {
  #all: Numbers;
  length = 0;

  constructor(all: Numbers) {
    this.#all = all;
  }

  add(numbers: readonly number[]): void {
    const end = this.length + numbers.length;
    if (end > this.#all.length) {
      const Numbers = this.#all.constructor as new (length: number) => Numbers;
      const larger = new Numbers(Math.max(end, 2 * this.#all.length));
      larger.set(this.#all);
      this.#all = larger;
    }
    this.#all.set(numbers, this.length);
    this.length = end;
  }

  pack(): Numbers {
    return this.#all.slice(0, this.length) as Numbers;
  }
}

/** Puts the tokens of examples one after another. */
export class TokenPacker {
  readonly #ids = new Growing(new Uint32Array(1 << 16));
  readonly #turns = new Growing(new Uint32Array(1 << 10));
  readonly #starts = [0];
  readonly #firstTurns = [0];
  readonly #unfinished: number[] = [];
  /** Of every token; undefined as long as all are 0. */
  #rewards: Growing<Float32Array> | undefined;
  readonly #nexts = new Growing(new Uint32Array(1 << 10));
  readonly #nextStarts = [0];
  /** Tokens of the longest example. */
  longest = 0;
  /** Tokens of the longest prompt that came next. */
  longestNext = 0;
  /** The largest id. */
  largestToken = 0;

  /** Tokens so far. */
  get tokens(): number {
    return this.#ids.length;
  }

  /** Examples so far. */
  get examples(): number {
    return this.#unfinished.length;
  }

  add({ turns, isUnfinished, next }: EncodedExample): void {
    const start = this.tokens;
    for (const { read, learned, rewards } of turns) {
      this.#addRewards([...read.map(() => 0), ...rewards]);
      for (const ids of [read, learned]) {
        this.#ids.add(ids);
        this.#notice(ids);
      }
      this.#turns.add([read.length, learned.length]);
    }
    this.#starts.push(this.tokens);
    this.#firstTurns.push(this.#turns.length / 2);
    this.#unfinished.push(isUnfinished ? 1 : 0);
    this.#nexts.add(next);
    this.#notice(next);
    this.#nextStarts.push(this.#nexts.length);
    this.longest = Math.max(this.longest, this.tokens - start);
    this.longestNext = Math.max(this.longestNext, next.length);
  }

  pack(): PackedExamples {
    return {
      ids: this.#ids.pack(),
      starts: Float64Array.from(this.#starts),
      turns: this.#turns.pack(),
      firstTurns: Float64Array.from(this.#firstTurns),
      rewards: this.#rewards?.pack(),
      unfinished: Uint8Array.from(this.#unfinished),
      nexts: this.#nexts.pack(),
      nextStarts: Float64Array.from(this.#nextStarts),
    };
  }

  #notice(ids: readonly number[]): void {
    for (const id of ids) if (id > this.largestToken) this.largestToken = id;
  }

  /** Call before the tokens are added. */
  #addRewards(rewards: readonly number[]): void {
    if (this.#rewards === undefined && rewards.every((reward) => reward === 0)) return;
    if (this.#rewards === undefined) {
      this.#rewards = new Growing(new Float32Array(Math.max(1 << 10, this.tokens)));
      this.#rewards.length = this.tokens;
    }
    this.#rewards.add(rewards);
  }
}
