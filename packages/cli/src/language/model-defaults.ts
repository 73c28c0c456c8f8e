/** Tokens of a new vocabulary, which suit little text. */
export const VOCABULARY = 2048;
