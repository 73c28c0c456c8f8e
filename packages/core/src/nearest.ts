import { distance } from 'fastest-levenshtein';

/**
 * Finds the candidate a mistyped name was probably meant to be, for "did you mean".
 *
 * @returns undefined if nothing is near: more than a third of the letters would have to change
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  return allNearest(name, candidates)[0];
}

/** Finds all candidates that are equally near to a mistyped name, as {@link nearest} finds the first; none if nothing is near. */
export function allNearest(name: string, candidates: Iterable<string>): readonly string[] {
  let found: string[] = [];
  let fewest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const edits = distance(name.toLowerCase(), candidate.toLowerCase());
    if (edits > fewest || edits > Math.max(2, Math.max(name.length, candidate.length) / 3)) continue;
    found = edits < fewest ? [candidate] : [...found, candidate];
    fewest = edits;
  }
  return found;
}
