/** Sizes of a new model: those of the nano model. */
export const SIZES = { width: 128, layers: 3, heads: 4, dropout: 0.1 };

/** Tokens of a new vocabulary, which suit little text. */
export const VOCABULARY = 2048;
