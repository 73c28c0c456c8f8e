import { describe, expect, it } from 'vitest';
import { bleu, selfBleu } from './bleu';
import { judgeTexts } from './judge-texts';
import { rougeL, rougeN } from './rouge';

const WRITTEN = [
  { prompt: 'a', texts: ['the cat sat', ' the dog sat\n'], references: ['the cat sat', 'a dog stood'] },
  { prompt: 'b', texts: ['no', 'no'], references: ['no way at all'] },
];

const words = (text: string) => text.trim().split(' ');

describe('judgeTexts', () => {
  it('takes means over the texts of each prompt, then over prompts, against the nearest reference', () => {
    const figures = judgeTexts(WRITTEN, { n: 2 });
    expect(figures).toMatchObject({ score: undefined, exact: 0.25, different: 1.5 });
    // "the dog sat" shares two words with the first reference and one with the second; "no" one of four: F₁ is 2 · 1 · ¼ / 1¼.
    expect(figures.rouge1).toBeCloseTo(((1 + 2 / 3) / 2 + 0.4) / 2, 12);
    const references = WRITTEN[0]!.references.map(words);
    const bleus = WRITTEN[0]!.texts.map((text) => bleu(words(text), references, { n: 2 }));
    const other = bleu(['no'], [words('no way at all')], { n: 2 });
    expect(figures.bleu).toBeCloseTo(((bleus[0]! + bleus[1]!) / 2 + other) / 2, 12);
    const own = selfBleu(WRITTEN[0]!.texts.map(words), { n: 2 });
    expect(figures.selfBleu).toBeCloseTo((own + selfBleu([['no'], ['no']], { n: 2 })) / 2, 12);
    // the cat sat the dog sat: four of six words are different, and all of four pairs; "no" twice has one of two, and no pairs.
    expect([figures.distinct1, figures.distinct2]).toEqual([(4 / 6 + 1 / 2) / 2, 1 / 2]);
    const dog = words(WRITTEN[0]!.texts[1]!);
    const best = Math.max(...references.map((reference) => rougeL(dog, reference).f1));
    expect(figures.rougeL).toBeCloseTo(((1 + best) / 2 + 0.4) / 2, 12);
    const pairs = Math.max(...references.map((reference) => rougeN(dog, reference, 2).f1));
    expect(figures.rouge2).toBeCloseTo((1 + pairs) / 2 / 2, 12);
  });

  it('compares characters where words say little, and takes a score of your own', () => {
    const written = [{ prompt: 'ab=', texts: ['ab', 'ba'], references: ['ba'] }];
    expect(judgeTexts(written, { unit: 'characters' }).rouge1).toBe(1);
    expect(judgeTexts(written).rouge1).toBe(0.5);
    const score = (text: string, { prompt }: { readonly prompt: string }) =>
      prompt.startsWith(text) ? 1 : 0;
    expect(judgeTexts(written, { score }).score).toBe(0.5);
  });

  it('has no Self-BLEU of single texts, and judges empty ones', () => {
    const figures = judgeTexts([{ prompt: '', texts: [''], references: ['a b'] }]);
    expect(figures).toMatchObject({ selfBleu: undefined, exact: 0, bleu: 0, rouge1: 0, distinct1: 0 });
  });

  it.each([
    [[], {}, /at least one prompt.*none/s],
    [[{ prompt: 'p', texts: [], references: ['a'] }], {}, /at least one text.*"p"/s],
    [[{ prompt: 'p', texts: ['a'], references: [] }], {}, /at least one reference.*"p"/s],
    [WRITTEN, { n: 0 }, /`n` must be a positive integer/],
    [WRITTEN, { score: () => Number.NaN }, /"the cat sat", written for "a".*finite number.*NaN/s],
    [WRITTEN, { score: () => 'good' as never }, /finite number.*"good"/s],
  ])('refuses %j with %o', (written, options, message) => {
    expect(() => judgeTexts(written, options)).toThrow(message);
  });
});
