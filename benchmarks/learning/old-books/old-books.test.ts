import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import { afterAll, describe, expect, it } from 'vitest';
import { countWords, coverage, keywordExamples, keywordsOf, sentencesOf } from './keywords';
import { readBooks } from './read-books';
import { isValidVerse, lastLetter, verseExamples, versesOf } from './verse';

const folder = mkdtempSync(join(tmpdir(), 'lamo-books-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('books are read by the beginning of their names', () => {
  writeFileSync(join(folder, 'blake-poems.txt'), 'one\r\n');
  writeFileSync(join(folder, 'austen-emma.txt'), 'two');
  writeFileSync(join(folder, 'README'), 'three');
  expect(readBooks(folder)).toEqual(['two', 'one\n']);
  expect(readBooks(folder, ['blake'])).toEqual(['one\n']);
  expect(() => readBooks(folder, ['homer'])).toThrow(/begins with homer/);
});

describe('lines of verse', () => {
  const BOOK = `PARADISE LOST, A POEM IN TWELVE BOOKS

  Of Man's first disobedience, and the fruit
Of that forbidden tree whose mortal taste
Brought death into the World, and all our woe,
42 Sing, Heavenly Muse, that, on the secret top
Of that forbidden tree whose mortal taste
too short`;

  it('are found once, without headings, numbers and what is too short', () => {
    expect(versesOf([BOOK])).toEqual([
      "Of Man's first disobedience, and the fruit",
      'Of that forbidden tree whose mortal taste',
      'Brought death into the World, and all our woe,',
    ]);
  });

  it('are asked for by their last letter, whatever stands after it', () => {
    const examples = verseExamples(versesOf([BOOK]), 10, Rng.fromSeed(0));
    expect(examples).toHaveLength(3);
    expect(examples).toContainEqual({
      prompt: 'A line that ends with e:',
      completion: ' Brought death into the World, and all our woe,',
    });
    for (const { prompt, completion } of examples)
      expect(isValidVerse(completion, prompt.at(-2)!), completion).toBe(true);
  });

  it.each([
    [' And all the host of heaven came dowN!"', 'n', true],
    [' And all the host of heaven came down', 'w', false],
    [' too short, n', 'n', false],
    [` And${' on'.repeat(30)}`, 'n', false],
    [' And all the host\nof heaven came down', 'n', false],
    ['', 'n', false],
  ])('that are written are valid or not: %s', (text, letter, valid) => {
    expect(isValidVerse(text, letter)).toBe(valid);
  });

  it('may have no letter at all', () => {
    expect(lastLetter('…42!')).toBeUndefined();
  });
});

describe('sentences with keywords', () => {
  const sentence = 'The old captain walked slowly over the deck.';
  const common = 'The captain walked over the deck of the ship. ';
  const BOOK = `CHAPTER 1\n\n${sentence} He had 3 ships. ${common}\n\n"No," he said.`;

  it('are found once, with some words, and without numbers', () => {
    expect(sentencesOf([BOOK, BOOK])).toEqual([sentence, common.trim()]);
  });

  it('are asked for by their rarest words that are not too rare, in their order', () => {
    const counts = countWords([
      sentence,
      ...Array<string>(9).fill('slowly captain'),
      ...Array<string>(20).fill('deck walked over'),
    ]);
    expect(keywordsOf(sentence, counts)).toEqual(['captain', 'walked', 'slowly']);
    expect(keywordsOf('The old captain.', counts)).toBeUndefined();
  });

  it('cover all of their own keywords', () => {
    const sentences = ['red', 'blue', 'green'].flatMap((colour) =>
      Array.from({ length: 10 }, (_, i) => `The ${colour} captain walked ${'very '.repeat(i)}slowly home.`),
    );
    const examples = keywordExamples(sentences, 12, Rng.fromSeed(0));
    expect(examples).toHaveLength(12);
    for (const { completion, keywords } of examples) expect(coverage(completion, keywords)).toBe(1);
    expect(examples[0]!.prompt).toMatch(/^\w+, \w+, \w+ ->$/);
  });

  it('score by whole words, small or capital', () => {
    expect(coverage('Captains walk; SLOWLY.', ['captain', 'walk', 'slowly'])).toBeCloseTo(2 / 3, 12);
    expect(coverage('', ['captain'])).toBe(0);
  });
});
