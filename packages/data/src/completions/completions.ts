import { createHash } from 'node:crypto';
import type { DatasetWarning } from '@lamo/core';

/** Tokenised prompts with their completions, in memory. */
export interface Completions {
  /** Where they came from. */
  readonly name: string;
  /** Number of examples: of prompts with their completion. */
  readonly examples: number;
  /** T, the tokens of the longest example of the files: shorter ones are padded to it. */
  readonly length: number;
  /** Most tokens that an example may have: positions of a model that is made for these. */
  readonly context: number;
  /** Tokens that the tokenizer knows; ids lie below it. */
  readonly vocabularySize: number;
  /** The largest id in any of them. */
  readonly largestToken: number;
  /** What is allowed but rarely intended. */
  readonly warnings: readonly DatasetWarning[];
  /**
   * Reads an example from `offset` on: `length` token ids, zeros after the last one, and as many numbers that are 1 for tokens of the
   * completion and 0 for those of the prompt and after the end.
   */
  read(example: number, into: CompletionArrays, offset?: number): void;
  /** Counts the tokens of an example, those of its completion apart. */
  count(example: number): { readonly prompt: number; readonly completion: number };
  /** Equal for examples with the same prompt and completion, as tokens. */
  key(example: number): string;
  /** Gives some of the examples, in the order of their numbers, on the same tokens. */
  select(examples: ArrayLike<number>): Completions;
  /** Fills rows up to more tokens, to go with longer examples. @param length at least that of now */
  padTo(length: number): Completions;
  /** Hashes all tokens, in SHA-256. */
  hash(): string;
}

/** What an example is read into. */
export interface CompletionArrays {
  /** [B · T] ids */
  readonly tokens: Float32Array;
  /** [B · T] 1 for tokens of completions, otherwise 0 */
  readonly mask: Float32Array;
}

/** Tokens of examples, one after another. */
export interface PackedExamples {
  readonly ids: Uint32Array;
  /** [N + 1] where each example begins, and the last one ends */
  readonly starts: Float64Array;
  /** [N] tokens of each prompt */
  readonly prompts: Uint32Array;
}

/** What {@link Completions} are, besides their tokens. */
type About = Pick<
  Completions,
  'name' | 'length' | 'context' | 'vocabularySize' | 'largestToken' | 'warnings'
>;

/** Equal for equal tokens of which as many are the prompt's. */
export function keyOfExample(ids: Uint32Array, prompt: number): string {
  return createHash('sha1').update(`${prompt}\n`).update(ids).digest('base64');
}

/** Makes completions of tokens that were packed. @param chosen numbers of the examples @default all */
export function packedCompletions(
  packed: PackedExamples,
  about: About,
  chosen: Uint32Array = Uint32Array.from(packed.prompts, (_, i) => i),
): Completions {
  const { ids, starts, prompts } = packed;
  const at = (example: number) => {
    const i = chosen[example]!;
    return { start: starts[i]!, end: starts[i + 1]!, prompt: prompts[i]! };
  };
  return {
    ...about,
    examples: chosen.length,
    read(example, { tokens, mask }, offset = 0) {
      const { start, end, prompt } = at(example);
      tokens.fill(0, offset, offset + about.length).set(ids.subarray(start, end), offset);
      mask.fill(0, offset, offset + about.length).fill(1, offset + prompt, offset + end - start);
    },
    count(example) {
      const { start, end, prompt } = at(example);
      return { prompt, completion: end - start - prompt };
    },
    key(example) {
      const { start, end, prompt } = at(example);
      return keyOfExample(ids.subarray(start, end), prompt);
    },
    select: (examples) =>
      packedCompletions(
        packed,
        about,
        Uint32Array.from(examples, (i) => chosen[i]!),
      ),
    padTo: (length) =>
      packedCompletions(packed, { ...about, length: Math.max(length, about.length) }, chosen),
    hash() {
      const hash = createHash('sha256').update(`${chosen.length} ${about.length} ${about.vocabularySize}\n`);
      for (let i = 0; i < chosen.length; i++) {
        const { start, end, prompt } = at(i);
        hash.update(`${end - start} ${prompt}\n`).update(ids.subarray(start, end));
      }
      return hash.digest('hex');
    },
  };
}
