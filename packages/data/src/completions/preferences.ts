import type { CompletionArrays, Completions } from './completions';
import { keyTogether } from './pack-examples';

/** Tokenised pairs of answers to the same prompt, of which one is better, in memory. */
export interface Preferences
  extends Pick<
    Completions,
    'name' | 'length' | 'nextLength' | 'context' | 'vocabularySize' | 'largestToken' | 'warnings' | 'hash'
  > {
  /** Number of pairs. */
  readonly examples: number;
  /** Both answers of each pair one after another, the better one first. */
  readonly answers: Completions;
  /** Reads both answers of a pair, each after its prompt, from `offset` on, as `Completions` are read. */
  read(pair: number, into: PairArrays, offset?: number): void;
  /** Equal for pairs of the same tokens. */
  key(pair: number): string;
  /** Equal for pairs of answers to the same prompt: tokens before the first that is learned. */
  group(pair: number): string;
  /** Gives some of the pairs, in the order of their numbers, on the same tokens. */
  select(pairs: ArrayLike<number>): Preferences;
  /** Fills rows up to more tokens, to go with longer pairs. @param length at least that of now */
  padTo(length: number): Preferences;
}

/** What a pair is read into. */
export interface PairArrays {
  /** [B · T] ids of the better answers, after their prompts, and 1 for tokens of answers */
  readonly chosen: CompletionArrays;
  /** [B · T] the same of the worse ones */
  readonly rejected: CompletionArrays;
}

/** Reads answers that stand one after another, the better one first, as pairs. @param answers an even number */
export function pairAnswers(answers: Completions): Preferences {
  const { name, length, nextLength, context, vocabularySize, largestToken, warnings, hash } = answers;
  return {
    ...{ name, length, nextLength, context, vocabularySize, largestToken, warnings, hash },
    ...{ answers, examples: answers.examples / 2 },
    read(pair, { chosen, rejected }, offset) {
      answers.read(2 * pair, chosen, offset);
      answers.read(2 * pair + 1, rejected, offset);
    },
    group(pair) {
      const row = { tokens: new Float32Array(length), mask: new Float32Array(length) };
      answers.read(2 * pair, row);
      return row.tokens.subarray(0, row.mask.indexOf(1)).join(' ');
    },
    key: (pair) => keyTogether([2 * pair, 2 * pair + 1].map((answer) => answers.key(answer))),
    select: (pairs) =>
      pairAnswers(answers.select(Array.from(pairs, (pair) => [2 * pair, 2 * pair + 1]).flat())),
    padTo: (wanted) => pairAnswers(answers.padTo(wanted)),
  };
}
