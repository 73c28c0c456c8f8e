import { describe, expect, it } from 'vitest';
import { bleu, selfBleu } from './bleu';
import { distinct } from './distinct';
import { rougeL, rougeN } from './rouge';

const words = (text: string) => text.split(' ');

/** The example of Papineni et al. 2002, section 2. */
const REFERENCES = [
  'It is a guide to action that ensures that the military will forever heed Party commands',
  'It is the guiding principle which guarantees the military forces always being under the command of the Party',
  'It is the practical guide for the army always to heed the directions of the party',
].map(words);
const GOOD = words(
  'It is a guide to action which ensures that the military always obeys the commands of the party',
);

describe('BLEU', () => {
  it('of the example in the paper is what NLTK says', () => {
    // sentence_bleu(references, candidate) of NLTK 3.
    expect(bleu(GOOD, REFERENCES, { smoothing: 'none' })).toBeCloseTo(50.45666840058485, 10);
  });

  it('counts a word at most as often as a reference has it', () => {
    const text = words('the the the the the the the');
    const references = ['the cat is on the mat', 'there is a cat on the mat'].map(words);
    // Two of seven: the paper's "modified unigram precision". The text is longer than the references.
    expect(bleu(text, references, { n: 1 })).toBeCloseTo((100 * 2) / 7, 10);
  });

  it('is less for short texts, against the reference nearest in length', () => {
    const reference = words('a b c d');
    expect(bleu(words('a b'), [reference], { n: 1 })).toBeCloseTo(100 * Math.exp(-1), 10);
    expect(bleu(words('a b'), [reference, words('a b c')], { n: 1 })).toBeCloseTo(100 * Math.exp(-0.5), 10);
    // Of two that are equally near the shorter one counts, and the text is not too short.
    expect(bleu(words('a b c'), [reference, words('a b')], { n: 1 })).toBeCloseTo(100, 10);
  });

  it('is 0 without a match of some length, unless one is added', () => {
    const [text, reference] = [words('a c'), words('a b')];
    expect(bleu(text, [reference], { n: 2, smoothing: 'none' })).toBe(0);
    // (1/2 · (0 + 1)/(1 + 1))^½
    expect(bleu(text, [reference], { n: 2 })).toBeCloseTo(50, 10);
    expect(bleu([], [reference])).toBe(0);
  });

  it('refuses what cannot be compared', () => {
    expect(() => bleu(['a'], [])).toThrow(/at least one reference/);
    expect(() => bleu(['a'], [['a']], { n: 0 })).toThrow(/n/);
    expect(() => selfBleu([['a']])).toThrow(/at least two texts/);
  });
});

describe('Self-BLEU', () => {
  it('is 100 for the same text again and again, and falls as they differ', () => {
    const texts = ['abcd', 'abdc', 'dcba'].map((text) => [...text]);
    expect(selfBleu([texts[0]!, texts[0]!, texts[0]!], { n: 3 })).toBeCloseTo(100, 10);
    const all = selfBleu(texts, { n: 3 });
    const two = selfBleu(texts.slice(0, 2), { n: 3 });
    expect(two).toBeLessThan(100);
    // By hand: unigrams 4/4; bigrams of abcd in abdc: ab; (1 + 1)/(3 + 1); no trigram: (0 + 1)/(2 + 1).
    expect(two).toBeCloseTo(100 * Math.cbrt((2 / 4) * (1 / 3)), 10);
    expect(all).not.toBeCloseTo(two, 3);
  });
});

describe('ROUGE', () => {
  const [text, reference] = [words('the cat was found under the bed'), words('the cat was under the bed')];

  it('counts shared n-grams', () => {
    const one = rougeN(text, reference, 1);
    expect([one.precision, one.recall]).toEqual([6 / 7, 1]);
    expect(one.f1).toBeCloseTo(12 / 13, 10);
    const { precision, recall } = rougeN(text, reference, 2);
    expect([precision, recall]).toEqual([4 / 6, 4 / 5]);
  });

  it('counts the longest common sequence, gaps allowed', () => {
    expect(rougeL(text, reference).recall).toBe(1);
    // Lin 2004, section 3: "police kill the gunman" and "the gunman kill police" against "police killed the gunman".
    const original = words('police killed the gunman');
    expect(rougeL(words('police kill the gunman'), original).f1).toBeCloseTo(0.75, 10);
    expect(rougeL(words('the gunman kill police'), original).f1).toBeCloseTo(0.5, 10);
  });

  it('is 0 where there is nothing', () => {
    expect(rougeL([], reference).f1).toBe(0);
    expect(rougeN(['a'], ['a'], 2).f1).toBe(0);
  });
});

describe('distinct-n', () => {
  it('is the share of n-grams that differ, over all texts', () => {
    expect(
      distinct(
        [
          [1, 2, 1],
          [1, 2],
        ],
        1,
      ),
    ).toBeCloseTo(2 / 5, 10);
    expect(
      distinct(
        [
          [1, 2, 1],
          [1, 2],
        ],
        2,
      ),
    ).toBeCloseTo(2 / 3, 10);
    expect(distinct([[1]], 2)).toBe(0);
  });

  it('tells numbers from their digits', () => {
    expect(distinct([[1, '1']], 1)).toBe(1);
  });
});
