import { Rng } from '@lamo/core';
import type { PromptAndCompletion } from '@lamo/data';

const LETTERS = 'abcdefghij';

/** One token for each letter, one for "=", and one that ends a text. */
export const permutationTokenizer = {
  vocabularySize: LETTERS.length + 2,
  fingerprint: 'permutations',
  endOfText: LETTERS.length + 1,
  encode: (text: string) => Array.from(text, (letter) => `${LETTERS}=`.indexOf(letter)),
  decode: (ids: ArrayLike<number>) => Array.from(ids, (id) => `${LETTERS}=`[id] ?? '').join(''),
};

/** Four different letters in the order of the alphabet, to be given back in any order: 24 answers are right. */
export function permutations(size: {
  readonly prompts: number;
  readonly answers: number;
  readonly seed: number;
}): PromptAndCompletion[] {
  const rng = Rng.fromSeed(size.seed);
  return Array.from({ length: size.prompts }, () => {
    const letters = [...LETTERS];
    rng.shuffle(letters);
    const chosen = letters.slice(0, 4).sort();
    return Array.from({ length: size.answers }, () => {
      const answer = [...chosen];
      rng.shuffle(answer);
      return { prompt: `${chosen.join('')}=`, completion: answer.join('') };
    });
  }).flat();
}
