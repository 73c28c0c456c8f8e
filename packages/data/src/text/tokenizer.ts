/** End of text of GPT-2, whose own files do not name it. */
export const END_OF_TEXT = '<|endoftext|>';

/**
 * Converts text to token ids and back. `loadTokenizer` of `@lamo/models` makes one from a Hugging Face folder; any object with
 * these members will do.
 */
export interface Tokenizer {
  /** Every id is below this. */
  readonly vocabularySize: number;
  /** Tokenizers with equal fingerprints give equal ids for equal texts: cached tokens are found by it. */
  readonly fingerprint: string;
  /** Id that separates documents, if the vocabulary has one. */
  readonly endOfText?: number;
  /** The text that is drawn whose states are its tokens, such as `markov-chain`: it knows no other words. */
  readonly drawnText?: string;
  /** Cuts a text into token ids, with nothing added before or after. */
  encode(text: string): number[];
  /** Joins token ids into text. Bytes that are not valid UTF-8 become U+FFFD. */
  decode(ids: ArrayLike<number>): string;
}
