/** A token for each digit; 10 ends a text. */
export const digits = {
  vocabularySize: 11,
  fingerprint: 'digits',
  endOfText: 10,
  encode: (text: string) => Array.from(text, Number),
  decode: (ids: ArrayLike<number>) => Array.from(ids).join(''),
};

/** A token for each character of ASCII; 0 ends a text. */
export const ascii = {
  vocabularySize: 128,
  fingerprint: 'ascii',
  endOfText: 0,
  encode: (text: string) => [...Buffer.from(text)],
  decode: (ids: ArrayLike<number>) => Buffer.from(Array.from(ids)).toString(),
};
