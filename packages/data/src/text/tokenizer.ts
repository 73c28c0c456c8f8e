/**
 * Text to token ids and back. `loadTokenizer` of `@lamo/models` makes one from a Hugging Face folder; anything with
 * these members will do.
 */
export interface Tokenizer {
  /** Every id is below this. */
  readonly vocabularySize: number;
  /** Equal fingerprints give equal ids for equal texts: a cache of tokens is named after it. */
  readonly fingerprint: string;
  /** Id that separates documents, if the vocabulary has one. */
  readonly endOfText?: number;
  /** Cuts a text into token ids, with nothing added before or after. */
  encode(text: string): number[];
  /** Joins token ids into text. Bytes that are no UTF-8 become U+FFFD. */
  decode(ids: ArrayLike<number>): string;
}
