import { checkCount, LamoError } from '@lamo/core';
import { mean } from '../statistics/statistics';
import { bleu, selfBleu } from './bleu';
import { distinct } from './distinct';
import type { TextTokens } from './n-grams';
import { rougeL, rougeN } from './rouge';

/** What was written for a prompt, and what might have been. */
export interface WrittenTexts {
  /** What was asked. */
  readonly prompt: string;
  /** At least one. */
  readonly texts: readonly string[];
  /** Completions of the prompt that are known to be good; at least one. */
  readonly references: readonly string[];
}

/** What n-grams are of. */
export type TextUnit = 'words' | 'characters';

/** Options of {@link judgeTexts}. */
export interface JudgeTextsOptions {
  /** What n-grams are of: words, parted by white space, or characters. @default words */
  readonly unit?: TextUnit;
  /** Longest n-grams of BLEU and Self-BLEU. @default 4 */
  readonly n?: number;
  /**
   * Scores a text, the higher the better: 1 for what is right and 0 for what is not, if you like.
   * @default none
   */
  readonly score?: (text: string, written: WrittenTexts) => number;
}

/** How good texts are, and how different. Means over prompts, of each over its texts. */
export interface TextFigures {
  /** Mean of your score; undefined without one. */
  readonly score: number | undefined;
  /** Share of the texts that equal a reference, but for white space around them. */
  readonly exact: number;
  /** BLEU against the references, 0 to 100, smoothed by adding one. */
  readonly bleu: number;
  /** F₁ of ROUGE-1 with the reference nearest to the text by it, 0 to 1. */
  readonly rouge1: number;
  /** The same of ROUGE-2. */
  readonly rouge2: number;
  /** The same of ROUGE-L. */
  readonly rougeL: number;
  /** BLEU of each text against the others of its prompt, 0 to 100, the lower the more diverse; undefined where there is one text of a prompt. */
  readonly selfBleu: number | undefined;
  /** Share of different 1-grams among those of a prompt's texts, 0 to 1. */
  readonly distinct1: number;
  /** The same of 2-grams. */
  readonly distinct2: number;
  /** Different texts of a prompt. */
  readonly different: number;
}

/**
 * Judges what a model wrote for prompts, against references and against itself.
 *
 * @param written at least one prompt
 * @throws LamoError `no-values` without prompts, texts or references; `bad-score` for a score that is no finite number; `out-of-range`
 * @example
 * judgeTexts([{ prompt: 'ab=', texts: ['ba', 'ab'], references: ['ab'] }], { unit: 'characters', n: 2 }).exact; // 0.5
 */
export function judgeTexts(written: readonly WrittenTexts[], options: JudgeTextsOptions = {}): TextFigures {
  const { unit = 'words', n = 4, score } = options;
  checkCount('eval/judge-texts', 'n', n);
  for (const each of written) checkWritten(each);
  if (written.length === 0) throw noTexts('at least one prompt', 'none');
  const all = written.map((each) => ({
    ...each,
    tokens: each.texts.map((text) => split(text, unit)),
    known: each.references.map((text) => split(text, unit)),
  }));
  const meanOf = (judge: (given: (typeof all)[number]) => number) => mean(all.map(judge));
  /** Of each text, the best by references. */
  const nearest = (f1: (text: TextTokens, reference: TextTokens) => number) =>
    meanOf(({ tokens, known }) =>
      mean(tokens.map((text) => Math.max(...known.map((reference) => f1(text, reference))))),
    );
  const several = written.every(({ texts }) => texts.length > 1);
  return {
    score: score && meanOf((each) => mean(each.texts.map((text) => scoreOf(text, each, score)))),
    exact: meanOf(({ texts, references }) => shareOf(texts, (text) => isAmong(text, references))),
    bleu: meanOf(({ tokens, known }) => mean(tokens.map((text) => bleu(text, known, { n })))),
    rouge1: nearest((text, reference) => rougeN(text, reference, 1).f1),
    rouge2: nearest((text, reference) => rougeN(text, reference, 2).f1),
    rougeL: nearest((text, reference) => rougeL(text, reference).f1),
    selfBleu: several ? meanOf(({ tokens }) => selfBleu(tokens, { n })) : undefined,
    distinct1: meanOf(({ tokens }) => distinct(tokens, 1)),
    distinct2: meanOf(({ tokens }) => distinct(tokens, 2)),
    different: meanOf(({ texts }) => new Set(texts).size),
  };
}

function split(text: string, unit: TextUnit): TextTokens {
  const trimmed = text.trim();
  if (unit === 'characters') return Array.from(trimmed);
  return trimmed === '' ? [] : trimmed.split(/\s+/);
}

const shareOf = (texts: readonly string[], has: (text: string) => boolean) =>
  texts.filter(has).length / texts.length;

const isAmong = (text: string, references: readonly string[]) =>
  references.some((reference) => reference.trim() === text.trim());

function scoreOf(
  text: string,
  written: WrittenTexts,
  score: NonNullable<JudgeTextsOptions['score']>,
): number {
  const value: unknown = score(text, written);
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new LamoError({
    where: 'eval/judge-texts',
    code: 'bad-score',
    problem: `The score of ${JSON.stringify(text)}, written for ${JSON.stringify(written.prompt)}, cannot be used`,
    expected: 'a finite number',
    received: typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value),
  });
}

function checkWritten({ prompt, texts, references }: WrittenTexts): void {
  const of = `for the prompt ${JSON.stringify(prompt)}`;
  if (texts.length === 0) throw noTexts('at least one text', `none ${of}`);
  if (references.length === 0) throw noTexts('at least one reference', `none ${of}`);
}

function noTexts(expected: string, received: string): LamoError {
  return new LamoError({
    where: 'eval/judge-texts',
    code: 'no-values',
    problem: 'There is nothing to judge',
    expected,
    received,
  });
}
