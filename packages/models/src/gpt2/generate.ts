import { LamoError, Rng } from '@lamo/core';
import type { Tokenizer } from '@lamo/data';
import { type Device, type Executable, type HostArray, openDevice, type Tree } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { type Gpt2, gpt2, nextTokenLogits, tokenEmbeddings } from './gpt2';
import type { LoadedGpt2 } from './load-gpt2';
import { sampleToken } from './sample-token';

/** How a text is continued. */
export interface GenerateOptions {
  /** Most tokens to add. @default 100 */
  readonly tokens?: number;
  /** Divides the logits: 0 takes the most likely token each time, 1 draws as the model says. @default 1 */
  readonly temperature?: number;
  /** Draws only among this many most likely tokens. @default all */
  readonly topK?: number;
  /** Seeds the draws. @default 0 */
  readonly seed?: number;
  /** Token that ends the text; it is not returned. @default none */
  readonly endOfText?: number | undefined;
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
 * @throws LamoError `empty-prompt`, `token-out-of-range`, `out-of-range`
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
  const given = tokenizer.encode(prompt);
  if (given.length === 0 && endOfText !== undefined) given.push(endOfText);
  const all = [...given];
  // Decoded with the prompt: words may be joined by a space that neither of them has.
  const begun = tokenizer.decode(given).length;
  const decode = () => tokenizer.decode(all).slice(begun);
  let text = '';
  for await (const token of generateTokens(model, given, { ...options, endOfText })) {
    all.push(token);
    const longer = decode();
    // A character may take several tokens, and is incomplete until the last of them.
    if (longer.endsWith('\uFFFD')) continue;
    onToken?.(longer.slice(text.length));
    text = longer;
  }
  const whole = decode();
  if (whole.length > text.length) onToken?.(whole.slice(text.length));
  return whole;
}

/**
 * Continues a sequence of tokens. Once there are more than the model has positions, it sees the last ones.
 *
 * @param ids the tokens to continue, at least one
 * @throws LamoError `empty-prompt`, `token-out-of-range`, `out-of-range`
 */
export async function* generateTokens(
  model: LoadedGpt2,
  ids: ArrayLike<number>,
  options: GenerateOptions = {},
): AsyncGenerator<number, void, void> {
  const { tokens = 100, temperature = 1, topK = model.config.vocabSize, seed = 0, endOfText } = options;
  checkPrompt(model, ids);
  checkSampling(tokens, temperature, topK);
  const device = options.device ?? (await openDevice('cpu'));
  const rng = Rng.fromSeed(seed);
  const sequence = Array.from(ids);
  let window: Window | undefined;
  try {
    for (let made = 0; made < tokens; made++) {
      const seen = sequence.slice(-model.config.nPositions);
      if (window === undefined || window.length < seen.length) {
        await window?.executable.dispose();
        window = await compileWindow(device, model, seen.length);
      }
      const logits = await readLogits(window, seen);
      const token = sampleToken(logits, { temperature, topK, rng });
      if (token === endOfText) return;
      sequence.push(token);
      yield token;
    }
  } finally {
    await window?.executable.dispose();
  }
}

/** A compiled model that reads up to `length` tokens. */
interface Window {
  readonly length: number;
  readonly executable: Executable<'next'>;
}

const SHORTEST_WINDOW = 32;

/** Compiles for the next power of two: a growing text needs few windows, and short ones are cheap. */
async function compileWindow(device: Device, model: LoadedGpt2, least: number): Promise<Window> {
  const { config, parameters } = model;
  const power = 2 ** Math.ceil(Math.log2(Math.max(least, SHORTEST_WINDOW)));
  const length = Math.min(power, config.nPositions);
  const executable = await device.compile({
    state: {},
    frozen: parameters as Gpt2<HostArray> & Tree<HostArray>,
    inputs: { tokens: [1, length], last: [1] },
    variants: {
      next: (_state, { tokens, last }, _noise, frozen) => {
        const network = frozen as unknown as Gpt2<tf.Tensor>;
        // Zeros after the last token have no effect: tokens do not see later ones.
        const embeddings = tokenEmbeddings(network, tokens!, tf.range(0, length, 1, 'int32'));
        const place = tf.cast(last!, 'int32') as tf.Tensor1D;
        const select = (x: tf.Tensor) => tf.gather(x, place, 1); // [1, T, D] → [1, 1, D]
        return {
          outputs: { logits: nextTokenLogits(network, gpt2(network, embeddings, config, { select })) },
        };
      },
    },
  });
  return { length, executable };
}

/** Scores the next token, [V]. */
async function readLogits({ executable }: Window, tokens: readonly number[]): Promise<Float32Array> {
  executable.inputs.tokens!.set(tokens);
  executable.inputs.last![0] = tokens.length - 1;
  await executable.run('next');
  return executable.outputs.next.logits!;
}

function checkPrompt({ config }: LoadedGpt2, ids: ArrayLike<number>): void {
  if (ids.length === 0) {
    throw new LamoError({
      where: 'models/generate',
      code: 'empty-prompt',
      problem: 'There is nothing to continue',
      expected: 'at least one token',
      received: 'an empty prompt, and a tokenizer without an end-of-text token to start from',
      hint: 'Give a prompt; for a model of drawn states, the number of one, such as 0.',
    });
  }
  const wrong = Array.from(ids).find((id) => !(Number.isInteger(id) && id >= 0 && id < config.vocabSize));
  if (wrong === undefined) return;
  throw new LamoError({
    where: 'models/generate',
    code: 'token-out-of-range',
    problem: "The prompt contains a token that is not in the model's vocabulary",
    expected: `ids from 0 to ${config.vocabSize - 1}`,
    received: String(wrong),
    hint: 'Use the tokenizer that the model was trained with.',
  });
}

function checkSampling(tokens: number, temperature: number, topK: number): void {
  const rules: [name: string, value: number, isValid: boolean, expected: string][] = [
    ['tokens', tokens, Number.isInteger(tokens) && tokens >= 1, 'a whole number of at least 1'],
    ['temperature', temperature, temperature >= 0 && temperature < Infinity, 'a number of at least 0'],
    ['topK', topK, Number.isInteger(topK) && topK >= 1, 'a whole number of at least 1'],
  ];
  for (const [name, value, isValid, expected] of rules) {
    if (isValid) continue;
    throw new LamoError({
      where: 'models/generate',
      code: 'out-of-range',
      problem: `\`${name}\` is out of range`,
      expected,
      received: String(value),
    });
  }
}
