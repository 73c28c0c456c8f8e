import { distance } from 'fastest-levenshtein';

/**
 * Finds the candidate a mistyped name was probably meant to be, for "did you mean".
 *
 * @returns undefined if nothing is near: more than a third of the letters would have to change
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const edits = distance(name.toLowerCase(), candidate.toLowerCase());
    if (edits >= bestDistance || edits > Math.max(2, Math.max(name.length, candidate.length) / 3)) continue;
    best = candidate;
    bestDistance = edits;
  }
  return best;
}
