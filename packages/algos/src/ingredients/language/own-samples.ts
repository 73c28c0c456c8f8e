import type { BatchSource, ColumnArray, Rng, RngState } from '@lamo/core';
import { type Completions, completionSampler } from '@lamo/data';
import { BatchGenerator, type LoadedGpt2 } from '@lamo/models';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { GrowingSource, GrowthLook } from '../../engine/growing-steps';
import type { StepMetrics } from '../../engine/training-steps';
import { type LoadedModel, languageModelResult } from '../../kinds/language-model';
import { laterInRow } from './later-in-row';
import type { CompletionBatch } from './on-completions';

/** A batch of examples, and of what the model itself wrote after prompts of examples. */
export interface OwnSamplesBatch extends CompletionBatch {
  /** [B′, T] ids */
  readonly ownTokens: tf.Tensor;
  /** [B′, T] 1 for tokens that the model wrote */
  readonly ownMask: tf.Tensor;
  /** [B′] 1 where the model ended the text, 0 where it ran out of room */
  readonly ownEnded: tf.Tensor;
}

/** Settings of what the model writes. */
export const ownSampleConfig = {
  ownEvery: z
    .int()
    .positive()
    .default(10)
    .describe('Steps between two times that the model writes, for all of the steps in between'),
  ownTemperature: z.number().positive().default(1).describe('Divides the logits where the model writes'),
};

/** What {@link OwnSamples} says beside an algorithm's own metrics. */
export const ownSampleMetrics = {
  ownLength: 'Mean tokens of what the model wrote last, its ends of text included',
  ownEnded: 'Share of it that the model ended itself',
} as const;

/** The settings of a training that writes. */
type OwnSamplesConfig = z.infer<z.ZodObject<typeof ownSampleConfig>> & { readonly batchSize: number };

/** Options of {@link OwnSamples}. */
export interface OwnSamplesOptions {
  /** Examples in a batch. */
  readonly batchSize: number;
  /** B′, texts in a batch that the model wrote. */
  readonly ownBatchSize: number;
  /** Steps between two times that it writes: for all of the steps until the next time. */
  readonly every: number;
  /** Steps before it writes for the first time; until then its part of the batches is empty. */
  readonly firstStep: number;
  /** Divides the logits. */
  readonly temperature: number;
  /** Makes the model of a training as it is. */
  readonly modelOf: (look: GrowthLook) => Promise<LoadedGpt2>;
}

/**
 * Opens the batches of a training that writes as its settings say.
 *
 * @param part how many texts it writes for a batch, and after how many steps. @default as many as there are examples, from the first step on
 */
export function openOwnSamples(
  completions: Completions,
  config: OwnSamplesConfig,
  rng: Rng,
  loaded: LoadedModel,
  part: Partial<Pick<OwnSamplesOptions, 'ownBatchSize' | 'firstStep'>> = {},
): OwnSamples {
  const { batchSize, ownEvery: every, ownTemperature: temperature } = config;
  const { create } = languageModelResult<LoadedModel>();
  const modelOf = async (look: GrowthLook) =>
    create(look.device, { state: await look.readState(), spec: undefined, config, loaded });
  const usual = { ownBatchSize: batchSize, firstStep: 0 };
  return new OwnSamples(completions, { batchSize, every, temperature, modelOf, ...usual, ...part }, rng);
}

/** A text that the model wrote. */
interface OwnText {
  readonly tokens: readonly number[];
  /** Tokens of its prompt. */
  readonly prompt: number;
  readonly isEnded: boolean;
}

interface SavedState {
  readonly rounds: number;
  readonly examples: unknown;
  readonly prompts: RngState;
  readonly texts: readonly OwnText[];
}

/**
 * Draws batches of examples, each with texts that the model wrote beside them. Every so many steps it writes anew, one text for every
 * place that has to be filled until the next time, after prompts that are drawn from the examples: none is learned from twice, and none was
 * written by a model older than that.
 */
export class OwnSamples implements GrowingSource {
  readonly shapes: BatchSource['shapes'];
  readonly #completions: Completions;
  readonly #options: OwnSamplesOptions;
  readonly #examples: BatchSource<'tokens' | 'mask'>;
  readonly #prompts: Rng;
  #rounds = 0;
  #texts: OwnText[] = [];
  /** Made when it writes for the first time: it keeps what is compiled for the next times, with other weights. */
  #generator: BatchGenerator | undefined;

  /** @param rng draws the order of the examples, the prompts, and what is written */
  constructor(completions: Completions, options: OwnSamplesOptions, rng: Rng) {
    this.#completions = completions;
    this.#options = options;
    const { batchSize, ownBatchSize: rows } = options;
    this.#examples = completionSampler(completions, { batchSize, rng: rng.split('examples') });
    this.#prompts = rng.split('prompts');
    const own = { ownTokens: [rows, completions.length], ownMask: [rows, completions.length] };
    this.shapes = { ...this.#examples.shapes, ...own, ownEnded: [rows] };
  }

  isDue(taken: number): boolean {
    const { firstStep, every } = this.#options;
    return this.#rounds <= (taken - firstStep) / every;
  }

  stepsLeft(taken: number): number {
    const { firstStep, every } = this.#options;
    return taken < firstStep ? firstStep - taken : every - ((taken - firstStep) % every);
  }

  async grow(look: GrowthLook): Promise<StepMetrics> {
    const { every, ownBatchSize, temperature, modelOf } = this.#options;
    const completions = this.#completions;
    const prompts = Array.from({ length: every * ownBatchSize }, () => this.#drawPrompt());
    this.#generator ??= new BatchGenerator(look.device);
    const written = await this.#generator.generate(await modelOf(look), prompts, {
      tokens: completions.length - Math.min(...prompts.map(({ length }) => length)),
      ...{ temperature, seed: this.#prompts.integer(2 ** 31) },
      endOfText: [this.#endOfText()],
    });
    this.#texts = written.map(([continuation], i) => {
      const { tokens, end } = continuation!;
      const whole = [...prompts[i]!, ...tokens, ...(end === undefined ? [] : [end])];
      const isEnded = end !== undefined && whole.length <= completions.length;
      return { tokens: whole.slice(0, completions.length), prompt: prompts[i]!.length, isEnded };
    });
    this.#rounds += 1;
    return metricsOfSamples(this.#texts);
  }

  next(into: Readonly<Record<string, ColumnArray>>): void {
    const { tokens, mask, ownTokens, ownMask, ownEnded } = into as Readonly<Record<string, Float32Array>>;
    this.#examples.next({ tokens: tokens!, mask: mask! });
    for (const array of [ownTokens!, ownMask!, ownEnded!]) array.fill(0);
    const { length } = this.#completions;
    for (const [row, text] of this.#texts.splice(0, this.#options.ownBatchSize).entries()) {
      ownTokens!.set(text.tokens, row * length);
      ownMask!.fill(1, row * length + text.prompt, row * length + text.tokens.length);
      ownEnded![row] = Number(text.isEnded);
    }
  }

  state(): SavedState {
    return {
      rounds: this.#rounds,
      examples: this.#examples.state(),
      prompts: this.#prompts.state(),
      texts: this.#texts,
    };
  }

  restore(saved: unknown): void {
    const { rounds, examples, prompts, texts } = saved as SavedState;
    this.#rounds = rounds;
    this.#examples.restore(examples);
    this.#prompts.restore(prompts);
    this.#texts = [...texts];
  }

  async dispose(): Promise<void> {
    await this.#generator?.dispose();
    this.#generator = undefined;
  }

  /** What an example reads before its first token that is learned. */
  #drawPrompt(): number[] {
    const { tokens, mask } = this.#read(this.#prompts.integer(this.#completions.examples));
    return Array.from(tokens.subarray(0, mask.indexOf(1)));
  }

  /** The token that ends each example. */
  #endOfText(): number {
    const { tokens, mask } = this.#read(0);
    return tokens[mask.lastIndexOf(1)]!;
  }

  #read(example: number) {
    const { length } = this.#completions;
    const row = { tokens: new Float32Array(length), mask: new Float32Array(length) };
    this.#completions.read(example, row);
    return row;
  }
}

/**
 * Finds the tokens of own texts that have a successor whose value is known: all but the last one of a text that ran out of room.
 *
 * @param mask [B′, T] 1 for tokens that the model wrote
 * @param ended [B′] 1 where it ended the text
 * @returns [B′, T]
 */
export function followedTokens(mask: tf.Tensor, ended: tf.Tensor): tf.Tensor {
  return tf.mul(mask, tf.maximum(laterInRow(mask), tf.expandDims(ended, 1)));
}

function metricsOfSamples(texts: readonly OwnText[]): StepMetrics {
  const mean = (of: (text: OwnText) => number) =>
    texts.reduce((sum, text) => sum + of(text), 0) / texts.length;
  return {
    ownLength: mean(({ tokens, prompt }) => tokens.length - prompt),
    ownEnded: mean(({ isEnded }) => Number(isEnded)),
  };
}
