import type { Tokenizer } from './tokenizer';

/** Gives the tokens of a prompt; those of an empty one are an end of text, where the tokenizer has any. */
export function encodePrompt(tokenizer: Tokenizer, prompt: string): number[] {
  const { endOfText } = tokenizer;
  const given = tokenizer.encode(prompt);
  return given.length === 0 && endOfText !== undefined ? [endOfText] : given;
}
