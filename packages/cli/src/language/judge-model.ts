import { createHash } from 'node:crypto';
import type { CompletionSource } from '@lamo/data';
import { type JudgeTextsOptions, judgeTexts, mean, type TextFigures } from '@lamo/eval';
import { type ContinueTextsOptions, continueTexts } from '@lamo/models';
import type { LanguageModel } from './load-language-model';
import type { TextsRecord } from './text-records';

/** A prompt, and all completions of it that are known to be good. */
export interface AskedPrompt {
  readonly prompt: string;
  readonly references: readonly string[];
}

/** What is asked of a model. */
export interface AskedPrompts {
  readonly prompts: readonly AskedPrompt[];
  /** Hashes them, in SHA-256. */
  readonly data: string;
}

/**
 * Reads what to ask: each prompt once, in the order of the first of its examples. Of a dialogue, what stands before the assistant's first
 * message is asked.
 *
 * @param most prompts; others are left out
 */
export async function readAsked(
  source: CompletionSource,
  most: number,
  signal: AbortSignal,
): Promise<AskedPrompts> {
  const byPrompt = new Map<string, string[]>();
  for await (const { parts } of source.rows()) {
    signal.throwIfAborted();
    const first = parts.findIndex(({ isLearned }) => isLearned);
    const prompt = parts
      .slice(0, first)
      .map(({ text }) => text)
      .join('');
    const references = byPrompt.get(prompt);
    if (references !== undefined) references.push(parts[first]!.text);
    else if (byPrompt.size < most) byPrompt.set(prompt, [parts[first]!.text]);
  }
  const prompts = [...byPrompt].map(([prompt, references]) => ({ prompt, references }));
  const data = createHash('sha256').update(JSON.stringify(prompts)).digest('hex');
  return { prompts, data };
}

/** How good and how different texts are that were written at a temperature. */
export type JudgedTexts = Pick<TextsRecord, keyof TextFigures | 'entropy' | 'ended'>;

/** How a model writes, and how that is judged. */
export interface Judging {
  readonly writing: Omit<ContinueTextsOptions, 'measure'>;
  readonly comparing: JudgeTextsOptions;
}

/** Lets a model complete prompts, and judges what it wrote. */
export async function judgeModel(
  { model, tokenizer }: LanguageModel,
  prompts: readonly AskedPrompt[],
  { writing, comparing }: Judging,
): Promise<JudgedTexts> {
  const written = await continueTexts(
    model,
    tokenizer,
    prompts.map(({ prompt }) => prompt),
    { ...writing, measure: true },
  );
  const all = written.flat();
  const { score, selfBleu, ...figures } = judgeTexts(
    prompts.map((asked, i) => ({ ...asked, texts: written[i]!.map(({ text }) => text) })),
    comparing,
  );
  return {
    ...figures,
    score: score ?? null,
    selfBleu: selfBleu ?? null,
    entropy: mean(all.flatMap(({ draws }) => draws!.map(({ entropy }) => entropy))),
    ended: all.filter(({ end }) => end !== undefined).length / all.length,
  };
}
