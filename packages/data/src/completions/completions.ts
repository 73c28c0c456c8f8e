import type { DatasetWarning } from '@lamo/core';

/** Tokenised prompts with their completions, or dialogues, in memory. */
export interface Completions {
  /** Where they came from. */
  readonly name: string;
  /** Number of examples: of prompts with their completion, or of dialogues. */
  readonly examples: number;
  /** T, the tokens of the longest example of the files: shorter ones are padded to it. */
  readonly length: number;
  /** Tokens of the longest prompt that came next; 0 if none is known. */
  readonly nextLength: number;
  /** Most tokens that an example may have: positions of a model that is made for these. */
  readonly context: number;
  /** Tokens that the tokenizer knows; ids lie below it. */
  readonly vocabularySize: number;
  /** The largest id in any of them. */
  readonly largestToken: number;
  /** Where the first example of the files stands that has no reward; undefined if all have one. */
  readonly withoutReward: string | undefined;
  /** What is allowed but rarely intended. */
  readonly warnings: readonly DatasetWarning[];
  /**
   * Reads an example from `offset` on: `length` token ids, zeros after the last one; as many numbers that are 1 for tokens that are learned, those of
   * completions, and 0 for those that are read and after the end; and, if it is asked for, what each token brought.
   */
  read(example: number, into: CompletionArrays, offset?: number): void;
  /** Counts the tokens of an example: those that are read, and those that are learned. */
  count(example: number): { readonly prompt: number; readonly completion: number };
  /** Sums what an example brought. */
  reward(example: number): number;
  /** Tells whether an example was cut before its end. */
  isUnfinished(example: number): boolean;
  /** Gives the tokens of the prompt that came next; none if it is not known. */
  next(example: number): Uint32Array;
  /** Equal for examples with the same prompt and completion, as tokens. */
  key(example: number): string;
  /** Gives some of the examples, in the order of their numbers, on the same tokens. */
  select(examples: ArrayLike<number>): Completions;
  /** Fills rows up to more tokens, to go with longer examples. @param length at least that of now */
  padTo(length: number): Completions;
  /** Hashes all tokens, what they brought, and what came next, in SHA-256. */
  hash(): string;
}

/** What an example is read into. */
export interface CompletionArrays {
  /** [B · T] ids */
  readonly tokens: Float32Array;
  /** [B · T] 1 for tokens of completions, otherwise 0 */
  readonly mask: Float32Array;
  /** [B · T] what each token of a completion brought, otherwise 0 */
  readonly rewards?: Float32Array;
}
