import type { Rng } from '@lamo/core';
import type { PromptAndCompletion } from '@lamo/data';

/** Words of a sentence, and how many of them are asked for. */
const [FEWEST, MOST, ASKED] = [6, 16, 3];

const wordsOf = (text: string) => text.toLowerCase().match(/[a-z]+(?:'[a-z]+)?/g) ?? [];

/** Finds the sentences of books, each once: of some words, within a paragraph, without numbers, quotes and headings. */
export function sentencesOf(books: readonly string[]): string[] {
  const sentences = books
    .flatMap((book) => book.split(/\n\s*\n/))
    .flatMap((paragraph) => paragraph.replace(/\s+/g, ' ').match(/[A-Z][a-zA-Z ,;:'-]+[.!?](?= |$)/g) ?? [])
    .filter((sentence) => {
      const count = wordsOf(sentence).length;
      return count >= FEWEST && count <= MOST && sentence !== sentence.toUpperCase();
    });
  return [...new Set(sentences)];
}

/** Counts how often each word is in sentences. */
export function countWords(sentences: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of sentences.flatMap(wordsOf)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/**
 * Chooses what is asked of a sentence: of its words that occur ten times or more in all, those that are rarest, in their order.
 *
 * @param counts of all words
 * @returns undefined if there are too few
 */
export function keywordsOf(sentence: string, counts: ReadonlyMap<string, number>): string[] | undefined {
  const words = [...new Set(wordsOf(sentence))].filter(
    (word) => word.length >= 4 && !word.includes("'") && counts.get(word)! >= 10,
  );
  const rarest = new Set(words.toSorted((a, b) => counts.get(a)! - counts.get(b)!).slice(0, ASKED));
  return rarest.size < ASKED ? undefined : words.filter((word) => rarest.has(word));
}

/** What asks for a sentence with words. */
export const keywordsPrompt = (keywords: readonly string[]) => `${keywords.join(', ')} ->`;

/** A sentence, and what asks for it. */
export interface KeywordExample extends PromptAndCompletion {
  readonly keywords: readonly string[];
}

/** Prompts of keywords with the sentences that have them, drawn from sentences. */
export function keywordExamples(sentences: readonly string[], count: number, rng: Rng): KeywordExample[] {
  const counts = countWords(sentences);
  const examples: KeywordExample[] = [];
  for (const sentence of rng.shuffle([...sentences])) {
    const keywords = keywordsOf(sentence, counts);
    if (keywords === undefined) continue;
    examples.push({ prompt: keywordsPrompt(keywords), completion: ` ${sentence}`, keywords });
    if (examples.length === count) break;
  }
  return examples;
}

/** The share of keywords that are words of a text, 0 to 1. */
export function coverage(text: string, keywords: readonly string[]): number {
  const words = new Set(wordsOf(text));
  return keywords.filter((keyword) => words.has(keyword)).length / keywords.length;
}
