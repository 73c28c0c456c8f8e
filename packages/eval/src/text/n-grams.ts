/** A text as its tokens: words, letters, or ids. */
export type TextTokens = readonly (string | number)[];

/** Counts all sequences of `n` tokens that follow one another. Their keys tell "1" from 1. */
export function countNGrams(tokens: TextTokens, n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= tokens.length; i++) {
    const key = JSON.stringify(tokens.slice(i, i + n));
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** How many n-grams of one text are in another, each at most as often as there. */
export function countShared(
  counts: ReadonlyMap<string, number>,
  others: ReadonlyMap<string, number>,
): number {
  let shared = 0;
  for (const [key, count] of counts) shared += Math.min(count, others.get(key) ?? 0);
  return shared;
}
