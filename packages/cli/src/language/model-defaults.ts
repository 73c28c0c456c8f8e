/** Tokens of a new vocabulary, which suit little text. */
export const VOCABULARY = 2048;

/** Tokens that a new model reads at once. */
export const NEW_CONTEXT = 256;
