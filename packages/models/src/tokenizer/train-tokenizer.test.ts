import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { fixturePath, sharedDataPath } from '../../../../test/fixtures';
import { byteAlphabet } from './byte-alphabet';
import { loadTokenizer } from './load-tokenizer';
import { saveTokenizer } from './save-tokenizer';
import { type TrainedTokenizer, trainTokenizer } from './train-tokenizer';

const folder = mkdtempSync(join(tmpdir(), 'lamo-bpe-'));
afterAll(() => rmSync(folder, { recursive: true }));

const characterOf = new Map(byteAlphabet().map(({ byte, character }) => [byte, character]));
const toCharacters = (word: string) => Array.from(Buffer.from(word), (byte) => characterOf.get(byte)!);
const cut = (text: string) =>
  text.match(/'(?:s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu) ?? [];

function mergeAll(tokens: string[], [left, right]: readonly [string, string]): string[] {
  const merged: string[] = [];
  for (const token of tokens) {
    const isPair = merged.at(-1) === left && token === right;
    // A token that was merged just now takes no part again: left is never as long as left + right.
    if (isPair) merged[merged.length - 1] = left + right;
    else merged.push(token);
  }
  return merged;
}

/** The algorithm as it is written down: count all pairs of the whole text, merge the most frequent, start over. */
function trainNaively(text: string, vocabularySize: number): (readonly [string, string])[] {
  const ids = new Map(byteAlphabet().map(({ character }, id) => [character, id]));
  const merges: (readonly [string, string])[] = [];
  let words = cut(text).map(toCharacters);
  for (;;) {
    const pairs = new Map<string, { pair: readonly [string, string]; count: number }>();
    for (const word of words) {
      for (let i = 1; i < word.length; i++) {
        const pair = [word[i - 1]!, word[i]!] as const;
        const key = pair.join(' ');
        pairs.set(key, { pair, count: (pairs.get(key)?.count ?? 0) + 1 });
      }
    }
    const rank = ({ pair: [left, right] }: { pair: readonly [string, string] }) =>
      ids.get(left)! * 1e6 + ids.get(right)!;
    const [best] = Array.from(pairs.values()).sort((a, b) => b.count - a.count || rank(a) - rank(b));
    if (best === undefined || best.count < 2) return merges;
    const token = best.pair.join('');
    if (!ids.has(token) && ids.size === vocabularySize - 1) return merges;
    if (!ids.has(token)) ids.set(token, ids.size);
    merges.push(best.pair);
    words = words.map((word) => mergeAll(word, best.pair));
  }
}

/** Token ids of a text by the merges alone, in their order. */
function encodeNaively(text: string, { vocabulary, merges }: TrainedTokenizer): number[] {
  const ids = new Map(vocabulary.map((token, id) => [token, id]));
  return cut(text).flatMap((word) =>
    merges
      .reduce((tokens, pair) => mergeAll(tokens, pair), toCharacters(word))
      .map((token) => ids.get(token)!),
  );
}

describe('byteAlphabet', () => {
  it.skipIf(!fixturePath('gpt2-tokenizer/tokenizer.json'))("is GPT-2's", () => {
    const path = fixturePath('gpt2-tokenizer/tokenizer.json')!;
    const { vocab } = JSON.parse(readFileSync(path, 'utf8')).model;
    expect(byteAlphabet().map(({ character }) => vocab[character])).toEqual(
      Array.from({ length: 256 }, (_, id) => id),
    );
    expect(characterOf.get(0x20)).toBe('Ġ');
  });
});

describe('trainTokenizer', () => {
  it('merges what a hand count says', async () => {
    // Pairs: l o 3, o w 3, ␣ l 2, w e 1, e r 1. Of l o (l = 75) and o w (o = 78) the first has the smaller id.
    const { vocabulary, merges } = await trainTokenizer(['low low lower'], { vocabularySize: 300 });
    expect(merges).toEqual([
      ['l', 'o'],
      ['lo', 'w'],
      ['Ġ', 'low'],
    ]);
    expect(vocabulary.slice(255)).toEqual(['Ń', 'lo', 'low', 'Ġlow', '<|endoftext|>']);
  });

  it('merges what counting everything anew after each merge would', async () => {
    const rng = Rng.fromSeed(5);
    for (const letters of [1, 2, 5]) {
      const word = () => 'abcdé'.slice(0, letters).charAt(rng.integer(letters));
      const text = Array.from({ length: 2000 }, () => (rng.integer(8) === 0 ? ' ' : word())).join('');
      const { merges } = await trainTokenizer([text], { vocabularySize: 320 });
      expect(merges).toEqual(trainNaively(text, 320));
      expect(merges.length).toBeGreaterThan(letters === 1 ? 5 : 50);
    }
  });

  it('learns from rows as from their words, and never across the end of a text', async () => {
    const options = { vocabularySize: 270 };
    const rows = ['aa bb', ' aa bb'];
    async function* stream() {
      yield* rows;
    }
    const trained = await trainTokenizer(rows, options);
    expect(await trainTokenizer(stream(), options)).toEqual(trained);
    expect(await trainTokenizer(['aa bb<|endoftext|> aa bb'], options)).toEqual(trained);
  });

  it('stops where no pair occurs twice', async () => {
    const { vocabulary, merges } = await trainTokenizer(['abcdefg'], { vocabularySize: 1000 });
    expect([vocabulary.length, merges.length]).toEqual([257, 0]);
  });

  it('refuses vocabularies that are too small, and text that is not there', async () => {
    const error = (code: string) => expect.objectContaining({ code });
    await expect(trainTokenizer(['ab'], { vocabularySize: 256 })).rejects.toThrow(error('out-of-range'));
    await expect(trainTokenizer(['', ''], { vocabularySize: 300 })).rejects.toThrow(error('no-text'));
    const short = trainTokenizer(['ab'], { vocabularySize: 300, endOfText: '' });
    await expect(short).rejects.toThrow(error('out-of-range'));
  });
});

describe('saveTokenizer', () => {
  const text = "It's 2024; naïve café 言語モデル 🤖🤖 hopping hoppers hop, they've hopped. ".repeat(3);

  it('writes a folder that gives the ids which the merges give, for any text, and the text back', async () => {
    const trained = await trainTokenizer([text], { vocabularySize: 340 });
    saveTokenizer(join(folder, 'own'), trained);
    const tokenizer = await loadTokenizer(join(folder, 'own'));
    expect(tokenizer).toMatchObject({
      vocabularySize: trained.vocabulary.length,
      endOfText: trained.vocabulary.length - 1,
    });
    expect(tokenizer.encode(text)).toEqual(encodeNaively(text, trained));
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom(...cut(text), '\n', '  ', 'hop', '🤖')).map((words) => words.join('')),
    );
    fc.assert(
      fc.property(anyText, (sample) => {
        const ids = tokenizer.encode(sample);
        expect(ids).toEqual(encodeNaively(sample, trained));
        expect(tokenizer.decode(ids)).toBe(sample);
      }),
      { numRuns: 30 },
    );
    expect(tokenizer.encode('hop<|endoftext|>hop')).toEqual([
      ...tokenizer.encode('hop'),
      tokenizer.endOfText,
      ...tokenizer.encode('hop'),
    ]);
  });

  it.skipIf(!sharedDataPath('wikitext-2'))('learns 2048 tokens from WikiText-2 in seconds', async () => {
    const read = (part: string) => readFileSync(sharedDataPath(`wikitext-2/${part}.txt`)!, 'utf8');
    const start = performance.now();
    const trained = await trainTokenizer([read('valid')], { vocabularySize: 2048 });
    // Half a second on two busy cores: ten times that is a mistake in the bookkeeping.
    expect(performance.now() - start).toBeLessThan(5000);
    expect(trained.vocabulary).toHaveLength(2048);
    saveTokenizer(join(folder, 'wikitext'), trained);
    const tokenizer = await loadTokenizer(join(folder, 'wikitext'));
    const sample = read('test').slice(0, 20_000);
    const ids = tokenizer.encode(sample);
    expect(ids).toEqual(encodeNaively(sample, trained));
    expect(tokenizer.decode(ids)).toBe(sample);
  });
});
