import type { Tokenizer } from '@lamo/data';
import { type GenerateBatchOptions, generateBatch } from './generate-batch';
import type { LoadedGpt2 } from './load-gpt2';
import { continuationDecoder, encodePrompt } from './prompt-text';

/** Options of {@link generateTexts}. */
export type GenerateTextsOptions = Omit<GenerateBatchOptions, 'endOfText' | 'measure'>;

/**
 * Continues many texts, several times each, as {@link generateBatch} does. A continuation ends early if the model ends it.
 *
 * @param prompts texts; after an empty one, generation starts with an end of text
 * @returns for each prompt its continuations, without the prompt
 * @throws LamoError `empty-prompt`, `token-out-of-range`, `out-of-range`, `not-a-number`
 * @example
 * const [captains] = await generateTexts(model, tokenizer, ['The captain was'], { samples: 3, tokens: 30, topP: 0.9 });
 */
export async function generateTexts(
  model: LoadedGpt2,
  tokenizer: Tokenizer,
  prompts: readonly string[],
  options: GenerateTextsOptions = {},
): Promise<string[][]> {
  const { endOfText } = tokenizer;
  const given = prompts.map((prompt) => encodePrompt(tokenizer, prompt));
  const ends = endOfText === undefined ? [] : [endOfText];
  const continuations = await generateBatch(model, given, { ...options, endOfText: ends });
  return continuations.map((own, i) => {
    const decode = continuationDecoder(tokenizer, given[i]!);
    return own.map(({ tokens }) => decode(tokens));
  });
}
