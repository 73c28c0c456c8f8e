import type { Tokenizer } from '@lamo/data';

/** The tokens of a prompt; those of an empty one are an end of text, where the tokenizer has any. */
export function encodePrompt(tokenizer: Tokenizer, prompt: string): number[] {
  const { endOfText } = tokenizer;
  const given = tokenizer.encode(prompt);
  return given.length === 0 && endOfText !== undefined ? [endOfText] : given;
}

/** Makes the function that turns what continues a prompt into text. */
export function continuationDecoder(
  tokenizer: Tokenizer,
  given: readonly number[],
): (made: readonly number[]) => string {
  // Decoded with the prompt: words may be joined by a space that neither of them has.
  const begun = tokenizer.decode(given).length;
  return (made) => tokenizer.decode([...given, ...made]).slice(begun);
}
