import { Rng } from '@lamo/core';
import { permutationTokenizer } from './permutation-task';

/** Four letters to be given back, in the order of the alphabet or not: the first is preferred. Its tokens are those of the permutations. */
export function orderPairs(size: { readonly pairs: number; readonly seed: number }) {
  const rng = Rng.fromSeed(size.seed);
  return Array.from({ length: size.pairs }, () => {
    const letters = [...'abcdefghij'];
    rng.shuffle(letters);
    const given = letters.slice(0, 4);
    const sorted = [...given].sort();
    const other = [...given];
    while (other.join('') === sorted.join('')) rng.shuffle(other);
    return { prompt: `${given.join('')}=`, chosen: sorted.join(''), rejected: other.join('') };
  });
}

export const orderTokenizer = permutationTokenizer;
