import { checkCount } from '@lamo/core';
import { countNGrams, countShared, type TextTokens } from './n-grams';

/** How much of a reference a text has, and how much of the text is from there; 0 to 1 each. */
export interface Rouge {
  /** Share of the text that the reference has. */
  readonly precision: number;
  /** Share of the reference that the text has. */
  readonly recall: number;
  /** Their harmonic mean, which is what is usually reported. */
  readonly f1: number;
}

/**
 * Computes ROUGE-N (Lin 2004): n-grams that a text shares with a reference, without stemming. Of two empty texts all is 0.
 *
 * @param n 1 for ROUGE-1, 2 for ROUGE-2
 * @throws LamoError `out-of-range`
 */
export function rougeN(text: TextTokens, reference: TextTokens, n: number): Rouge {
  checkCount('eval/rouge', 'n', n);
  const shared = countShared(countNGrams(text, n), countNGrams(reference, n));
  return rouge(shared, Math.max(0, text.length - n + 1), Math.max(0, reference.length - n + 1));
}

/** Computes ROUGE-L (Lin 2004): the longest sequence of tokens that both have in this order, gaps allowed. */
export function rougeL(text: TextTokens, reference: TextTokens): Rouge {
  return rouge(longestCommon(text, reference), text.length, reference.length);
}

function rouge(shared: number, length: number, referenceLength: number): Rouge {
  const precision = length === 0 ? 0 : shared / length;
  const recall = referenceLength === 0 ? 0 : shared / referenceLength;
  const f1 = shared === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { precision, recall, f1 };
}

/** Length of the longest common subsequence, row by row of the usual table. */
function longestCommon(a: TextTokens, b: TextTokens): number {
  let above = new Uint32Array(b.length + 1);
  for (const token of a) {
    const row = new Uint32Array(b.length + 1);
    for (let j = 0; j < b.length; j++) {
      row[j + 1] = token === b[j] ? above[j]! + 1 : Math.max(above[j + 1]!, row[j]!);
    }
    above = row;
  }
  return above[b.length]!;
}
