import type { Rng } from '@lamo/core';
import type { PromptAndCompletion } from '@lamo/data';

/** Books of verse. */
export const VERSE = ['blake', 'milton', 'whitman'];

/** Letters of a line of verse. */
const [SHORTEST, LONGEST] = [24, 60];

/** The last letter of a text, as a small one; undefined if it has none. */
export function lastLetter(text: string): string | undefined {
  return text.toLowerCase().match(/[a-z](?=[^a-z]*$)/)?.[0];
}

/** What asks for a line. */
export const versePrompt = (letter: string) => `A line that ends with ${letter}:`;

/** Finds lines of verse: of usual length, without numbers and headings, each once. */
export function versesOf(books: readonly string[]): string[] {
  const lines = books.flatMap((book) => book.split('\n').map((line) => line.trim()));
  const isVerse = (line: string) =>
    line.length >= SHORTEST &&
    line.length <= LONGEST &&
    /^[A-Z'"][a-zA-Z ,.;:!?'"-]*$/.test(line) &&
    line !== line.toUpperCase();
  return [...new Set(lines.filter(isVerse))];
}

/** Prompts with lines that end as they ask, drawn from verses. */
export function verseExamples(verses: readonly string[], count: number, rng: Rng): PromptAndCompletion[] {
  return rng
    .shuffle([...verses])
    .slice(0, count)
    .map((line) => ({ prompt: versePrompt(lastLetter(line)!), completion: ` ${line}` }));
}

/** Whether a text is one line of usual length that ends with the letter. */
export function isValidVerse(text: string, letter: string): boolean {
  const line = text.trim();
  const isLine = !line.includes('\n') && line.length >= SHORTEST && line.length <= LONGEST;
  return isLine && lastLetter(line) === letter;
}
