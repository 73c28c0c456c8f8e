import { Rng } from '@lamo/core';
import { encodePrompt, type Tokenizer } from '@lamo/data';
import { type Device, openDevice } from '@lamo/runtime';
import { checkGeneration, checkPrompt } from './check-generation';
import { Decoder } from './decoder';
import type { LoadedGpt2 } from './load-gpt2';
import { continuationDecoder } from './prompt-text';
import { sampleToken } from './sample-token';
import { steered } from './steering';

/** How a text is continued. */
export interface GenerateOptions {
  /** Most tokens to add. @default 100 */
  readonly tokens?: number;
  /** Divides the logits: 0 takes the most likely token each time, 1 draws as the model says. @default 1 */
  readonly temperature?: number;
  /** Draws only among this many most likely tokens. @default all */
  readonly topK?: number;
  /** Draws only among the most likely tokens whose probabilities sum to at least this (nucleus sampling). @default 1: all */
  readonly topP?: number;
  /** Seeds the draws. @default 0 */
  readonly seed?: number;
  /** Token that ends the text; it is not returned. @default none */
  readonly endOfText?: number | undefined;
  /** β, how strongly the values of a model that learned them steer it. @default what the model was saved with */
  readonly advantageWeight?: number | undefined;
  /** Where to compute. @default the compiled `cpu` device */
  readonly device?: Device;
}

/** Options of {@link generateText}. */
export interface GenerateTextOptions extends Omit<GenerateOptions, 'endOfText'> {
  /** The text to continue; if empty, generation starts after an end of text. */
  readonly prompt: string;
  /** Called with each piece of the continuation. */
  readonly onToken?: (text: string) => void;
}

/**
 * Continues a text. It ends early if the model ends it.
 *
 * @returns the continuation, without the prompt
 * @throws LamoError `empty-prompt`, `token-out-of-range`, `out-of-range`, `not-a-number`
 * @example
 * const folder = nanoModelFolder();
 * const [model, tokenizer] = [await loadGpt2(folder), await loadTokenizer(folder)];
 * console.log(await generateText(model, tokenizer, { prompt: 'The captain was', tokens: 30, topK: 20 }));
 */
export async function generateText(
  model: LoadedGpt2,
  tokenizer: Tokenizer,
  { prompt, onToken, ...options }: GenerateTextOptions,
): Promise<string> {
  const { endOfText } = tokenizer;
  const given = encodePrompt(tokenizer, prompt);
  const made: number[] = [];
  const decode = continuationDecoder(tokenizer, given);
  let text = '';
  for await (const token of generateTokens(model, given, { ...options, endOfText })) {
    made.push(token);
    const longer = decode(made);
    // A character may take several tokens, and is incomplete until the last of them.
    if (longer.endsWith('\uFFFD')) continue;
    onToken?.(longer.slice(text.length));
    text = longer;
  }
  const whole = decode(made);
  if (whole.length > text.length) onToken?.(whole.slice(text.length));
  return whole;
}

/**
 * Continues a sequence of tokens. Once there are more than the model has positions, it sees the last ones.
 *
 * @param ids the tokens to continue, at least one
 * @throws LamoError `empty-prompt`, `token-out-of-range`, `out-of-range`, `no-values`, `not-a-number`
 */
export async function* generateTokens(
  given: LoadedGpt2,
  ids: ArrayLike<number>,
  options: GenerateOptions = {},
): AsyncGenerator<number, void, void> {
  const model = steered(given, options.advantageWeight);
  const { tokens = 100, temperature = 1, topK = model.config.vocabSize, topP = 1 } = options;
  const { seed = 0, endOfText, device = await openDevice('cpu') } = options;
  checkPrompt(model, ids);
  checkGeneration({ tokens, temperature, topK, topP });
  const rng = Rng.fromSeed(seed);
  const sequence = Array.from(ids);
  const decoder = new Decoder({ device, model, rows: 1, tokens });
  try {
    for (let made = 0; made < tokens; made++) {
      const logits = await decoder.score([sequence]);
      const token = sampleToken(logits, { temperature, topK, topP, rng });
      if (token === endOfText) return;
      sequence.push(token);
      yield token;
    }
  } finally {
    await decoder.dispose();
  }
}
