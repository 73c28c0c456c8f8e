import { Rng } from '@lamo/core';
import { type Device, openDevice } from '@lamo/runtime';
import { checkGeneration, checkPrompt } from './check-generation';
import { Decoder } from './decoder';
import type { GenerateOptions } from './generate';
import type { LoadedGpt2 } from './load-gpt2';
import { type MeasuredDraw, measureDraw } from './measure-draw';
import { type SamplingOptions, sampleToken } from './sample-token';
import { steered } from './steering';

/** How many prompts are continued. */
export interface GenerateBatchOptions extends Omit<GenerateOptions, 'endOfText'> {
  /** Continuations of each prompt. @default 1 */
  readonly samples?: number;
  /** Tokens that end a continuation; they are not returned. @default none */
  readonly endOfText?: readonly number[];
  /** Continuations at once. @default 32 */
  readonly batchSize?: number;
  /** Whether to measure each draw. @default false */
  readonly measure?: boolean;
  /** Called after each token with how many continuations are complete. */
  readonly onProgress?: (done: number, of: number) => void;
  /** Checked after each token; when aborted, its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** One continuation of a prompt. */
export interface Continuation {
  /** What was added, without the token that ended it. */
  readonly tokens: readonly number[];
  /** The token that ended it; undefined if it was cut at the most tokens. */
  readonly end: number | undefined;
  /** Of each token that was drawn, the one that ended it included: where `measure` asks for it. */
  readonly draws?: readonly MeasuredDraw[];
}

/**
 * Continues prompts again and again, with a model whose weights may be others each time: what is compiled for it is kept. Each time it
 * gives what `generateBatch` would.
 */
export class BatchGenerator {
  #device: Device | undefined;
  #decoder: Decoder | undefined;

  /** @param device where to compute. @default the compiled `cpu` device */
  constructor(device?: Device) {
    this.#device = device;
  }

  /**
   * Continues prompts.
   *
   * @param prompts tokens, at least one each
   * @returns for each prompt its continuations
   * @throws LamoError as `generateBatch` does
   */
  async generate(
    given: LoadedGpt2,
    prompts: readonly ArrayLike<number>[],
    options: Omit<GenerateBatchOptions, 'device'> = {},
  ): Promise<Continuation[][]> {
    const model = steered(given, options.advantageWeight);
    const { tokens = 100, temperature = 1, topK = model.config.vocabSize, topP = 1 } = options;
    const { samples = 1, batchSize = 32, seed = 0, signal, onProgress } = options;
    for (const [i, prompt] of prompts.entries()) checkPrompt(model, prompt, `Prompt ${i + 1}`);
    checkGeneration({ tokens, temperature, topK, topP, samples, batchSize });
    const settings = { tokens, temperature, topK, topP, endOfText: options.endOfText ?? [] };
    const all = prompts.map((prompt, i) => {
      const rng = Rng.fromSeed(seed).split(`prompt ${i}`);
      return Array.from({ length: samples }, (_, sample) => {
        return new Row(Array.from(prompt), rng.split(`sample ${sample}`), options.measure === true);
      });
    });
    // Those of about the same length at once: none has to wait long for caches that another needs.
    const queue = all.flat().sort((a, b) => a.text.length - b.text.length);
    if (queue.length === 0) return [];
    const rows = Math.min(batchSize, queue.length);
    const decoder = await this.#decoderFor(model, rows, tokens);
    for (let start = 0; start < queue.length; start += rows) {
      const batch = queue.slice(start, start + rows);
      await complete(batch, decoder, rows, settings, () => {
        onProgress?.(start + batch.filter(({ isOpen }) => !isOpen).length, queue.length);
        signal?.throwIfAborted();
      });
    }
    return all.map((own) => own.map((row) => row.continuation()));
  }

  /** Frees what the device holds. */
  async dispose(): Promise<void> {
    await this.#decoder?.dispose();
    this.#decoder = undefined;
  }

  async #decoderFor(model: LoadedGpt2, rows: number, tokens: number): Promise<Decoder> {
    if (this.#decoder?.fits(model, rows)) {
      await this.#decoder.load(model, tokens);
      return this.#decoder;
    }
    await this.dispose();
    this.#device ??= await openDevice('cpu');
    this.#decoder = new Decoder({ device: this.#device, model, rows, tokens });
    return this.#decoder;
  }
}

/** What all rows have in common. */
interface RowSettings extends Omit<SamplingOptions, 'rng'> {
  readonly tokens: number;
  readonly endOfText: readonly number[];
}

/** A continuation that is being made. */
class Row {
  isOpen = true;
  readonly text: number[];
  readonly #given: number;
  readonly #rng: Rng;
  readonly #draws: MeasuredDraw[] | undefined;
  #end: number | undefined;

  constructor(prompt: number[], rng: Rng, isMeasured: boolean) {
    this.text = prompt;
    this.#given = prompt.length;
    this.#rng = rng;
    this.#draws = isMeasured ? [] : undefined;
  }

  /** Draws the next token. @param logits [V] */
  advance(logits: Float32Array, { tokens, endOfText, ...sampling }: RowSettings): void {
    const token = sampleToken(logits, { ...sampling, rng: this.#rng });
    this.#draws?.push(measureDraw(logits, token));
    if (endOfText.includes(token)) this.#end = token;
    else this.text.push(token);
    this.isOpen = this.#end === undefined && this.text.length - this.#given < tokens;
  }

  continuation(): Continuation {
    const tokens = this.text.slice(this.#given);
    return { tokens, end: this.#end, ...(this.#draws && { draws: this.#draws }) };
  }
}

/** Stands where a text has ended, or where there is none: it needs no room, and is not read again. */
const PLACEHOLDER = [0];

/** Adds tokens to all rows until each has ended. */
async function complete(
  batch: readonly Row[],
  decoder: Decoder,
  rows: number,
  settings: RowSettings,
  onToken: () => void,
): Promise<void> {
  decoder.forget();
  while (batch.some(({ isOpen }) => isOpen)) {
    const texts = Array.from({ length: rows }, (_, i) => (batch[i]?.isOpen ? batch[i].text : PLACEHOLDER));
    const logits = await decoder.score(texts);
    const width = logits.length / rows;
    for (const [i, row] of batch.entries()) {
      if (row.isOpen) row.advance(logits.subarray(i * width, (i + 1) * width), settings);
    }
    onToken();
  }
}
