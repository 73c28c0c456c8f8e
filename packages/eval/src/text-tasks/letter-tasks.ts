import type { Rng } from '@lamo/core';

/** A task on short texts, of which every example can be solved: whoever asks for annotations gets them at once. */
export interface LetterTask {
  /** `reverse`. */
  readonly name: string;
  /** What a language model is told before the text: one character. */
  readonly instruction: string;
  /** What it is to do, in a few words. */
  readonly description: string;
  /** Draws a text, which ends in `=`. */
  draw(rng: Rng): string;
  /** Solves it. */
  solve(text: string): string;
}

const LETTERS = 'abcdefgh';

/** Every character of the tasks: of their instructions, their texts and their answers. */
export const LETTER_TASK_CHARACTERS = `${LETTERS}0123456789+=CRSNTEMA`;

/** Draws three or four letters. */
function drawLetters(rng: Rng): string {
  const letters = Array.from({ length: 3 + rng.integer(2) }, () => LETTERS[rng.integer(LETTERS.length)]);
  return `${letters.join('')}=`;
}

/** Makes a task on letters. @param answer what becomes of them */
const onLetters = (
  name: string,
  instruction: string,
  description: string,
  answer: (letters: string[]) => readonly string[],
): LetterTask => ({
  ...{ name, instruction, description, draw: drawLetters },
  solve: (text) => answer([...text.slice(0, -1)]).join(''),
});

/** The letter after another one; after the last comes the first. */
const next = (letter: string) => LETTERS[(LETTERS.indexOf(letter) + 1) % LETTERS.length]!;

/**
 * Eight tasks that differ in how hard they are to a small model: copying teaches nothing of sums, and little of sorting. Texts have three
 * or four of eight letters, or two numbers below 20.
 */
export const letterTasks: readonly LetterTask[] = [
  onLetters('copy', 'C', 'the letters again', (letters) => letters),
  onLetters('reverse', 'R', 'the last letter first', (letters) => letters.toReversed()),
  onLetters('sort', 'S', 'the letters in the order of the alphabet', (letters) => letters.toSorted()),
  onLetters('next', 'N', 'of each letter the one after it', (letters) => letters.map(next)),
  onLetters('turn', 'T', 'the first letter last', ([first, ...others]) => [...others, first!]),
  onLetters('ends', 'E', 'the first letter and the last one', (letters) => [letters[0]!, letters.at(-1)!]),
  onLetters('most', 'M', 'the letter that comes last in the alphabet', (letters) => [
    letters.toSorted().at(-1)!,
  ]),
  {
    name: 'add',
    instruction: 'A',
    description: 'the sum of two numbers below 20',
    draw: (rng) => `${rng.integer(20)}+${rng.integer(20)}=`,
    solve: (text) =>
      String(
        text
          .slice(0, -1)
          .split('+')
          .reduce((sum, number) => sum + Number(number), 0),
      ),
  },
];
