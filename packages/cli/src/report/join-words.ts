import { formatCount } from '../terminal/format';

/** `BC`, `BC and DT`, `BC, DT and LaMo`. */
export function joinWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** As many as one looks through. */
const NAMED = 5;

/** Of many words the first, and how many more there are: `a, b, c, d, e and 12 more`. */
export function joinSome(words: readonly string[]): string {
  const more = words.length > NAMED ? [`${formatCount(words.length - NAMED)} more`] : [];
  return joinWords([...words.slice(0, NAMED), ...more]);
}
