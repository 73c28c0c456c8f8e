import type { Tokenizer } from '@lamo/data';

/** Makes the function that turns what continues a prompt into text. */
export function continuationDecoder(
  tokenizer: Tokenizer,
  given: readonly number[],
): (made: readonly number[]) => string {
  // Decoded with the prompt: words may be joined by a space that neither of them has.
  const begun = tokenizer.decode(given).length;
  return (made) => tokenizer.decode([...given, ...made]).slice(begun);
}
