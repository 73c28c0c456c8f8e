import { encodePrompt, type Tokenizer } from '@lamo/data';
import type { Continuation, GenerateBatchOptions } from './batch-generator';
import { generateBatch } from './generate-batch';
import type { LoadedGpt2 } from './load-gpt2';
import { continuationDecoder } from './prompt-text';

/** Options of {@link continueTexts}. */
export type ContinueTextsOptions = Omit<GenerateBatchOptions, 'endOfText'>;

/** Options of {@link generateTexts}. */
export type GenerateTextsOptions = Omit<ContinueTextsOptions, 'measure'>;

/** A continuation of a text. */
export interface TextContinuation extends Continuation {
  /** What was added, without the prompt. */
  readonly text: string;
}

/**
 * Continues many texts, several times each, as {@link generateBatch} does, and says how each continuation came about. It ends early if
 * the model ends it.
 *
 * @param prompts texts; after an empty one, generation starts with an end of text
 * @returns for each prompt its continuations
 * @throws LamoError `empty-prompt`, `token-out-of-range`, `out-of-range`, `not-a-number`
 */
export async function continueTexts(
  model: LoadedGpt2,
  tokenizer: Tokenizer,
  prompts: readonly string[],
  options: ContinueTextsOptions = {},
): Promise<TextContinuation[][]> {
  const { endOfText } = tokenizer;
  const given = prompts.map((prompt) => encodePrompt(tokenizer, prompt));
  const ends = endOfText === undefined ? [] : [endOfText];
  const continuations = await generateBatch(model, given, { ...options, endOfText: ends });
  return continuations.map((own, i) => {
    const decode = continuationDecoder(tokenizer, given[i]!);
    return own.map((each) => ({ ...each, text: decode(each.tokens) }));
  });
}

/**
 * Continues many texts, several times each, as {@link continueTexts} does.
 *
 * @returns for each prompt its continuations, without the prompt
 * @throws LamoError as {@link continueTexts}
 * @example
 * const [captains] = await generateTexts(model, tokenizer, ['The captain was'], { samples: 3, tokens: 30, topP: 0.9 });
 */
export async function generateTexts(
  model: LoadedGpt2,
  tokenizer: Tokenizer,
  prompts: readonly string[],
  options: GenerateTextsOptions = {},
): Promise<string[][]> {
  const all = await continueTexts(model, tokenizer, prompts, options);
  return all.map((own) => own.map(({ text }) => text));
}
