import type { Tokenizer } from '../text/tokenizer';
import type { Completions } from './completions';
import type { CompletionSource } from './open-completions';
import { type PackOptions, packExamples } from './pack-examples';

/** Options of {@link tokenCompletions}. */
export type TokenCompletionsOptions = PackOptions;

/**
 * Tokenises prompts and completions, or the turns of dialogues. Each is tokenised apart, so that a prompt has the tokens that generation begins
 * with; an end of text follows each completion, so that generation ends. An empty prompt is an end of text, as for `generateText`.
 * Memory holds the tokens, four bytes each, as much again for rewards if there are any, and no text.
 *
 * @throws LamoError `no-examples`, `no-end-of-text`, `example-too-long`, `token-out-of-range`, `bad-reward`, and what the source throws
 * @example
 * const completions = await tokenCompletions(openCompletions('answers.jsonl'), tokenizer, { context: 1024 });
 */
export function tokenCompletions(
  source: CompletionSource,
  tokenizer: Tokenizer,
  options: TokenCompletionsOptions,
): Promise<Completions> {
  return packExamples(single(source), source.name, tokenizer, options);
}

async function* single(source: CompletionSource) {
  for await (const row of source.rows()) yield [row];
}
