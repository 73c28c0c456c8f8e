import { LamoError } from '@lamo/core';
import { byteAlphabet } from './byte-alphabet';
import { learnMerges, type Word } from './learn-merges';
import { WORDS } from './word-cache';

/** Options of {@link trainTokenizer}. */
export interface TrainTokenizerOptions {
  /** Tokens in all: 256 bytes, what is learned, and the end of text. Fewer if the text has too few pairs to merge. */
  readonly vocabularySize: number;
  /** Token that separates documents; where a text holds it, it is cut. @default '<|endoftext|>' */
  readonly endOfText?: string;
}

/** A vocabulary that was learned from text, to be saved by `saveTokenizer`. */
export interface TrainedTokenizer {
  /** Tokens by id, each byte as its character in GPT-2's alphabet; the last one is {@link TrainedTokenizer.endOfText}. */
  readonly vocabulary: readonly string[];
  /** Pairs of tokens in the order they are to be merged. */
  readonly merges: readonly (readonly [string, string])[];
  /** The token that ends a text. */
  readonly endOfText: string;
}

/**
 * Learns a byte-level vocabulary as GPT-2's was (Radford et al. 2019, section 2.2): byte pairs are merged within words, the
 * most frequent first. Any text can be encoded with it. Equal texts give equal vocabularies.
 *
 * @param texts rows, in any number: only their distinct words are kept
 * @throws LamoError `out-of-range`, `no-text`
 * @example
 * const trained = await trainTokenizer((await openText('notes')).rows(), { vocabularySize: 2048 });
 * saveTokenizer('my-tokenizer', trained);
 */
export async function trainTokenizer(
  texts: Iterable<string> | AsyncIterable<string>,
  { vocabularySize, endOfText = '<|endoftext|>' }: TrainTokenizerOptions,
): Promise<TrainedTokenizer> {
  const alphabet = byteAlphabet();
  checkSize(vocabularySize, alphabet.length + 1);
  checkEndOfText(endOfText);
  const words = toWords(await countWords(texts, endOfText));
  if (words.length === 0) throw noText();

  const vocabulary = alphabet.map(({ character }) => character);
  const ids = new Map(vocabulary.map((token, id) => [token, id]));
  // Different pairs may become the same token: (aa, a) and (a, aa).
  const tokenOf = (left: number, right: number) => {
    const token = vocabulary[left]! + vocabulary[right]!;
    if (!ids.has(token)) {
      if (vocabulary.length === vocabularySize - 1) return undefined;
      ids.set(token, vocabulary.push(token) - 1);
    }
    return ids.get(token);
  };
  const merges = learnMerges(words, tokenOf);
  return {
    vocabulary: [...vocabulary, endOfText],
    merges: merges.map(([left, right]) => [vocabulary[left]!, vocabulary[right]!]),
    endOfText,
  };
}

async function countWords(
  texts: Iterable<string> | AsyncIterable<string>,
  endOfText: string,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for await (const text of texts) {
    for (const document of text.split(endOfText)) {
      for (const word of document.match(WORDS) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return counts;
}

/** Cuts words into bytes, and bytes into their ids. */
function toWords(counts: Map<string, number>): Word[] {
  const ids = new Uint8Array(256);
  for (const [id, { byte }] of byteAlphabet().entries()) ids[byte] = id;
  const encoder = new TextEncoder();
  return Array.from(counts, ([word, count]) => ({
    tokens: Array.from(encoder.encode(word), (byte) => ids[byte]!),
    count,
  }));
}

function checkSize(vocabularySize: number, least: number): void {
  if (Number.isInteger(vocabularySize) && vocabularySize >= least && vocabularySize < 2 ** 24) return;
  throw new LamoError({
    where: 'models/tokenizer',
    code: 'out-of-range',
    problem: '`vocabularySize` does not fit',
    expected: `a whole number from ${least} (256 bytes and the end of text) to ${2 ** 24 - 1}`,
    received: String(vocabularySize),
  });
}

function checkEndOfText(endOfText: string): void {
  if (endOfText.length >= 2) return;
  throw new LamoError({
    where: 'models/tokenizer',
    code: 'out-of-range',
    problem: '`endOfText` is too short to be told from text',
    expected: 'at least two characters',
    received: JSON.stringify(endOfText),
  });
}

function noText(): LamoError {
  return new LamoError({
    where: 'models/tokenizer',
    code: 'no-text',
    problem: 'There is no text to learn a vocabulary from',
    expected: 'at least one word',
    received: 'nothing but empty rows',
  });
}
