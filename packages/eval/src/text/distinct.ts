import { checkCount } from '@lamo/core';
import { countNGrams, type TextTokens } from './n-grams';

/**
 * Computes distinct-n (Li et al. 2016): the share of different n-grams among all those of some texts, 0 to 1; 0 if there are none.
 *
 * @throws LamoError `out-of-range`
 */
export function distinct(texts: readonly TextTokens[], n: number): number {
  checkCount('eval/distinct', 'n', n);
  const different = new Set<string>();
  let all = 0;
  for (const text of texts) {
    for (const [key, count] of countNGrams(text, n)) {
      different.add(key);
      all += count;
    }
  }
  return all === 0 ? 0 : different.size / all;
}
