import { LETTER_TASK_CHARACTERS } from '@lamo/eval';

/** A token for each character of the tasks on letters, and one that ends a text. */
export const letterTokenizer = {
  vocabularySize: LETTER_TASK_CHARACTERS.length + 1,
  fingerprint: 'letter-tasks',
  endOfText: LETTER_TASK_CHARACTERS.length,
  encode: (text: string) => Array.from(text, (character) => LETTER_TASK_CHARACTERS.indexOf(character)),
  decode: (ids: ArrayLike<number>) => Array.from(ids, (id) => LETTER_TASK_CHARACTERS[id] ?? '').join(''),
};
