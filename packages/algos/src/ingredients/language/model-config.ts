import type { Rng } from '@lamo/core';
import {
  checkCorpus,
  gpt2Config,
  initGpt2,
  type LanguagePass,
  type LoadedGpt2,
  loadGpt2,
  type ModelHeads,
} from '@lamo/models';
import type { HostArray, Noise, Tree } from '@lamo/runtime';
import { z } from 'zod';
import type { LoadObserver } from '../../engine/algorithm';
import type { LoadedModel } from '../../kinds/language-model';
import { backboneSource, hubOptions } from '../sequence/backbone';
import { adapterConfig, freezeModel, initAdapters } from './adapters';

const dropout = (of: string) => z.number().min(0).lt(1).default(0.1).describe(`Dropout ${of} of a new model`);

/** Settings of the language model that is trained. */
export const modelConfig = {
  initialiseFrom: z
    .string()
    .nullable()
    .default(null)
    .describe('Model to begin with the weights of: nano (comes along), a folder, or a name on the hub'),
  width: z.int().positive().default(128).describe('Width of a new model'),
  layers: z.int().positive().default(3).describe('Transformer blocks of a new model'),
  heads: z.int().positive().default(4).describe('Attention heads of a new model; they share the width'),
  dropout: dropout('on embeddings and residual connections'),
  attentionDropout: dropout('on attention weights'),
  ...adapterConfig,
};

/** The values of {@link modelConfig}. */
export type ModelConfig = z.infer<z.ZodObject<typeof modelConfig>>;

/** The text that a model is to read. */
export interface ReadText {
  /** Name for humans. @default The text */
  readonly name?: string;
  /** Most tokens that it reads at once. */
  readonly blockLength: number;
  /** Tokens that a new model is to read at once. @default as many as the text has */
  readonly positions?: number;
  /** Tokens that the tokenizer knows. */
  readonly vocabularySize: number;
  /** The largest id in the text. */
  readonly largestToken: number;
}

/**
 * Loads the model to begin with, or sizes one anew: as many tokens as the tokenizer knows, a position for each that it is to read at once.
 *
 * @throws LamoError `unsupported-model`, `invalid-config` for adapters of a new model, `block-too-long`, `token-out-of-range`, and what
 *   `loadGpt2` throws
 */
export async function loadModel(
  { name = 'The text', blockLength, positions = blockLength, vocabularySize, largestToken }: ReadText,
  config: ModelConfig,
  observer?: LoadObserver,
): Promise<LoadedModel> {
  const { initialiseFrom, width, layers, heads, dropout, attentionDropout, loraRank } = config;
  const given =
    initialiseFrom === null
      ? undefined
      : await loadGpt2(backboneSource(initialiseFrom), hubOptions(observer));
  const sizes =
    given?.config ??
    gpt2Config({
      ...{ vocabSize: vocabularySize, nPositions: positions, nEmbd: width, nLayer: layers, nHead: heads },
      ...{ residPdrop: dropout, embdPdrop: dropout, attnPdrop: attentionDropout },
    });
  checkCorpus(sizes, { name, blockLength, largestToken });
  const learned = given && { heads: headsAlone(given) };
  if (loraRank > 0) return { ...freezeModel(given, initialiseFrom, config), ...learned };
  return { sizes, weights: given?.parameters, ...learned };
}

/** The heads of a model, without its weights, which may be let go before them. */
const headsAlone = ({ steering, rewardHead }: LoadedGpt2): ModelHeads => ({
  ...(steering && { steering }),
  ...(rewardHead && { rewardHead }),
});

/** What trains, as it is at the beginning: the weights that were loaded, new ones, or adapters that change nothing yet. */
export function initModel(loaded: LoadedModel, rng: Rng): Tree<HostArray> {
  if (loaded.adapters !== undefined) return initAdapters(loaded, rng);
  return (loaded.weights ?? initGpt2(loaded.sizes, rng)) as unknown as Tree<HostArray>;
}

/** How the model is run in a step: with dropout, and with its adapters if it has some. */
export function trainingPass(noise: Noise, { adapters }: LoadedModel): LanguagePass {
  const dropout = (shape: readonly number[], rate: number) => noise.dropout(shape, rate);
  return { dropout, ...(adapters && { lora: adapters.config }) };
}
