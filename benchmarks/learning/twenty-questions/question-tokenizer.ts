import { UTTERANCES } from './objects';

const WORDS = ['begin', 'yes', 'no', ...UTTERANCES, '<end>'];

/** One token for each utterance and answer, and one that ends an utterance. */
export const questionTokenizer = {
  vocabularySize: WORDS.length,
  fingerprint: 'twenty-questions',
  endOfText: WORDS.length - 1,
  /** @param text one word: parts of dialogues are tokenised apart */
  encode(text: string): number[] {
    if (text === '') return [];
    const id = WORDS.indexOf(text);
    if (id === -1) throw new Error(`no word of the game: ${text}`);
    return [id];
  },
  decode: (ids: ArrayLike<number>) => Array.from(ids, (id) => WORDS[id] ?? '').join(' '),
};
