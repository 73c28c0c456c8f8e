import { checkCount, LamoError } from '@lamo/core';
import { mean } from '../statistics/statistics';
import { countNGrams, countShared, type TextTokens } from './n-grams';

/** How BLEU is computed: say it wherever a figure of it stands. */
export interface BleuOptions {
  /** Longest n-grams that are compared; all lengths up to it count alike. @default 4 */
  readonly n?: number;
  /**
   * What is done where no n-gram of a length matches, which would make a score 0: nothing, or one is added to the matches and to the number of n-grams
   * of every length above 1 (Lin and Och 2004). @default add-one
   */
  readonly smoothing?: 'none' | 'add-one';
}

/**
 * Computes BLEU of a text against one or more references (Papineni et al. 2002): the geometric mean over lengths up to n of the share of
 * its n-grams that a reference has, too, times a penalty if it is shorter than the reference nearest to it in length.
 *
 * @returns 0 to 100; 0 for an empty text, and for one with fewer than n tokens without smoothing
 * @throws LamoError `out-of-range`; `no-values` without a reference
 * @example
 * bleu('the cat sat'.split(' '), ['the cat sat down'.split(' ')], { n: 2 });
 */
export function bleu(
  text: TextTokens,
  references: readonly TextTokens[],
  { n = 4, smoothing = 'add-one' }: BleuOptions = {},
): number {
  checkCount('eval/bleu', 'n', n);
  if (references.length === 0) throw noTexts('eval/bleu', 'at least one reference', 'none');
  if (text.length === 0) return 0;
  let logs = 0;
  for (let length = 1; length <= n; length++) {
    const matches = matchesOf(text, references, length);
    const total = Math.max(0, text.length - length + 1);
    const added = smoothing === 'add-one' && length > 1 ? 1 : 0;
    if (matches + added === 0) return 0;
    logs += Math.log((matches + added) / (total + added)) / n;
  }
  return 100 * brevityPenalty(text, references) * Math.exp(logs);
}

/**
 * Computes Self-BLEU (Zhu et al. 2018): the mean BLEU of each text against all others. 100 if all are the same; the lower, the more diverse.
 *
 * @param texts samples of one prompt, at least two
 * @throws LamoError `out-of-range`; `no-values` for fewer than two
 */
export function selfBleu(texts: readonly TextTokens[], options: BleuOptions = {}): number {
  if (texts.length < 2) throw noTexts('eval/self-bleu', 'at least two texts', String(texts.length));
  return mean(texts.map((text, i) => bleu(text, [...texts.slice(0, i), ...texts.slice(i + 1)], options)));
}

/** An n-gram matches as often as it stands in the reference that has it most often. */
function matchesOf(text: TextTokens, references: readonly TextTokens[], n: number): number {
  const most = new Map<string, number>();
  for (const reference of references) {
    for (const [key, count] of countNGrams(reference, n)) most.set(key, Math.max(count, most.get(key) ?? 0));
  }
  return countShared(countNGrams(text, n), most);
}

/** Of references that are equally near in length, the shorter one counts. */
function brevityPenalty({ length }: TextTokens, references: readonly TextTokens[]): number {
  const nearest = references
    .map((reference) => reference.length)
    .reduce((best, other) => {
      const closer = Math.abs(other - length) - Math.abs(best - length);
      return closer < 0 || (closer === 0 && other < best) ? other : best;
    });
  return length >= nearest ? 1 : Math.exp(1 - nearest / length);
}

function noTexts(where: string, expected: string, received: string): LamoError {
  return new LamoError({
    where,
    code: 'no-values',
    problem: 'There is nothing to compare with',
    expected,
    received,
  });
}
