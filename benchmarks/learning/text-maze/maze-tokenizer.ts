import { describeCell, MAZE_STARTS, MOVE_WORDS } from '@lamo/eval';

const WORDS = [...MAZE_STARTS, [8, 6] as const].map(describeCell).concat(
  MOVE_WORDS.map((word) => ` ${word}`),
  '<end>',
);

/** One token for each cell, one for each move, and one that ends a text. */
export const mazeTokenizer = {
  vocabularySize: WORDS.length,
  fingerprint: 'text-maze',
  endOfText: WORDS.length - 1,
  encode(text: string): number[] {
    const ids: number[] = [];
    for (let rest = text; rest !== ''; rest = rest.slice(WORDS[ids.at(-1)!]!.length)) {
      const id = WORDS.findIndex((word) => rest.startsWith(word));
      if (id === -1) throw new Error(`no word of the maze: ${rest}`);
      ids.push(id);
    }
    return ids;
  },
  decode: (ids: ArrayLike<number>) => Array.from(ids, (id) => WORDS[id] ?? '').join(''),
};
