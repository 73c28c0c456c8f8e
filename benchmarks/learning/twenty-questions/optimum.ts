import { ATTRIBUTES, isTrue, OBJECTS, UTTERANCES } from './objects';

/** Objects that may still be the hidden one, as bits in the order of `OBJECTS`. */
export type Candidates = number;

/** All objects. */
export const ALL: Candidates = 2 ** OBJECTS.length - 1;

/** Of which objects each utterance is true. */
const TRUE_OF = UTTERANCES.map((utterance) =>
  OBJECTS.reduce((bits, object, i) => (isTrue(object, utterance) ? bits | (1 << i) : bits), 0),
);

/** Counts the objects. */
export function countOf(candidates: Candidates): number {
  let count = 0;
  for (let rest = candidates; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** What is left after an answer. Other words leave what is known as it was. */
export function narrow(candidates: Candidates, utterance: string, answer: boolean): Candidates {
  const those = TRUE_OF[UTTERANCES.indexOf(utterance)];
  if (those === undefined) return candidates;
  return answer ? candidates & those : candidates & ~those;
}

/** Optimal returns by sets of objects; NaN where not computed yet. */
const values = new Float64Array(2 ** OBJECTS.length).fill(Number.NaN);

/**
 * The mean return of whoever asks best from here on, each of the objects being hidden equally often: −1 for each utterance but the right guess, 0
 * for that. By the Bellman equation over all sets of objects that can be reached.
 */
export function optimalReturn(candidates: Candidates): number {
  const known = values[candidates]!;
  if (!Number.isNaN(known)) return known;
  let best = -Infinity;
  for (let utterance = 0; utterance < UTTERANCES.length; utterance++)
    best = Math.max(best, returnOf(candidates, utterance));
  values[candidates] = best;
  return best;
}

/** The utterances that are best, of which one is enough. */
export function bestSayings(candidates: Candidates): string[] {
  const best = optimalReturn(candidates);
  return UTTERANCES.filter((_, utterance) => returnOf(candidates, utterance) > best - 1e-9);
}

/** Mean return of an utterance, and of the best ones after it; −∞ of guesses that are wrong and questions whose answer is known. */
function returnOf(candidates: Candidates, utterance: number): number {
  const isGuess = utterance >= ATTRIBUTES.length;
  const yes = candidates & TRUE_OF[utterance]!;
  if (yes === 0 || (yes === candidates && !isGuess)) return -Infinity;
  const no = candidates & ~yes;
  const share = countOf(yes) / countOf(candidates);
  const afterYes = isGuess ? 0 : -1 + optimalReturn(yes);
  return share * afterYes + (no === 0 ? 0 : (1 - share) * (-1 + optimalReturn(no)));
}
