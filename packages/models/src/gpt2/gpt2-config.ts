import { LamoError, parseRecord } from '@lamo/core';
import { z } from 'zod';

/** Sizes and switches of a GPT-2, by the names of Hugging Face's `config.json` in camel case. */
export interface Gpt2Config {
  /** Tokens in the vocabulary. */
  readonly vocabSize: number;
  /** Rows of the position table: the longest text in tokens. */
  readonly nPositions: number;
  /** D, the width. */
  readonly nEmbd: number;
  /** Blocks. */
  readonly nLayer: number;
  /** Attention heads, which divide the width. */
  readonly nHead: number;
  /** Width inside the feed-forward part. */
  readonly nInner: number;
  /** `gelu_new` is GPT-2's (tanh), `gelu` the exact one (erf). */
  readonly activationFunction: Gpt2Activation;
  /** Added to the variance in layer norms. */
  readonly layerNormEpsilon: number;
  /** Dropout rate after each of a block's two parts. */
  readonly residPdrop: number;
  /** Dropout rate on the embeddings. */
  readonly embdPdrop: number;
  /** Dropout rate on the attention weights. */
  readonly attnPdrop: number;
  /** Standard deviation of initial weights. */
  readonly initializerRange: number;
}

/** Nonlinearities of the feed-forward part. */
export type Gpt2Activation = 'gelu_new' | 'gelu' | 'relu';

/** By their names in transformers, which has several for one function. */
const ACTIVATIONS = {
  gelu_new: 'gelu_new',
  gelu_pytorch_tanh: 'gelu_new',
  gelu_fast: 'gelu_new',
  gelu: 'gelu',
  gelu_python: 'gelu',
  relu: 'relu',
} as const satisfies Record<string, Gpt2Activation>;

/**
 * Fills in the settings of GPT-2 small where others are not given, and an inner width of 4 D.
 * @throws LamoError `unsupported-model` if the heads do not divide the width
 */
export function gpt2Config(given: Partial<Gpt2Config> = {}): Gpt2Config {
  return checkHeads(fillIn(given), 'The model');
}

function fillIn(given: Partial<Gpt2Config>): Gpt2Config {
  const nEmbd = given.nEmbd ?? 768;
  return {
    vocabSize: 50_257,
    nPositions: 1024,
    nEmbd,
    nLayer: 12,
    nHead: 12,
    nInner: 4 * nEmbd,
    activationFunction: 'gelu_new',
    layerNormEpsilon: 1e-5,
    residPdrop: 0.1,
    embdPdrop: 0.1,
    attnPdrop: 0.1,
    initializerRange: 0.02,
    ...given,
  };
}

/** The four published sizes, by their names on the hub. */
export const gpt2Sizes = {
  gpt2: gpt2Config(),
  'gpt2-medium': gpt2Config({ nEmbd: 1024, nLayer: 24, nHead: 16 }),
  'gpt2-large': gpt2Config({ nEmbd: 1280, nLayer: 36, nHead: 20 }),
  'gpt2-xl': gpt2Config({ nEmbd: 1600, nLayer: 48, nHead: 25 }),
} as const;

const FIELDS = {
  vocabSize: 'vocab_size',
  nPositions: 'n_positions',
  nEmbd: 'n_embd',
  nLayer: 'n_layer',
  nHead: 'n_head',
  nInner: 'n_inner',
  activationFunction: 'activation_function',
  layerNormEpsilon: 'layer_norm_epsilon',
  residPdrop: 'resid_pdrop',
  embdPdrop: 'embd_pdrop',
  attnPdrop: 'attn_pdrop',
  initializerRange: 'initializer_range',
} as const satisfies Record<keyof Gpt2Config, string>;

/** Other names for sizes that transformers accepts. */
const ALIASES = {
  n_positions: 'max_position_embeddings',
  n_embd: 'hidden_size',
  n_layer: 'num_hidden_layers',
  n_head: 'num_attention_heads',
} as const satisfies Partial<Record<(typeof FIELDS)[keyof Gpt2Config], string>>;

/** Switches of Hugging Face's GPT-2 that change what it computes, with the one setting that is computed here. */
const FIXED = {
  scale_attn_weights: true,
  scale_attn_by_inverse_layer_idx: false,
  tie_word_embeddings: true,
  add_cross_attention: false,
} as const;

const count = (most: number) => z.int().min(1).max(most).nullish();
const rate = z.number().min(0).lt(1).nullish();

/**
 * The fields of a `config.json` that determine what is computed. Others are about generating, classifying or saving. Sizes
 * may be up to a thousand times those of existing models; a damaged file could otherwise fill the memory.
 */
const schema = z.looseObject({
  model_type: z.literal('gpt2'),
  vocab_size: count(1e8),
  n_positions: count(1e6),
  n_embd: count(1e6),
  n_layer: count(1e5),
  n_head: count(1e5),
  n_inner: count(1e7),
  activation_function: z.enum(Object.keys(ACTIVATIONS) as (keyof typeof ACTIVATIONS)[]).nullish(),
  layer_norm_epsilon: z.number().positive().nullish(),
  resid_pdrop: rate,
  embd_pdrop: rate,
  attn_pdrop: rate,
  initializer_range: z.number().min(0).nullish(),
  ...mapValues(FIXED, (value) => z.literal(value).optional()),
  // Its weights would be codes, and some of its heads left out.
  quantization_config: z.null().optional(),
  pruned_heads: z.strictObject({}).nullish(),
});

/** Most parameters, 16 GB: OpenAI's largest model has 1.6 billion. */
const MOST_PARAMETERS = 4e9;

/**
 * Reads a `config.json` of Hugging Face.
 * @param source named in errors
 * @throws LamoError `unsupported-model`
 */
export function parseGpt2Config(json: Readonly<Record<string, unknown>>, source = 'config.json'): Gpt2Config {
  const origin = { where: 'models/gpt2', code: 'unsupported-model', name: source };
  const known = parseRecord(schema, withoutAliases(json, source), {
    ...origin,
    kind: 'the configuration of a supported GPT-2',
  });
  const entries = Object.entries(FIELDS).map(([ours, theirs]) => [ours, known[theirs]]);
  const given = Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== null));
  const config = fillIn(given as Partial<Gpt2Config>);
  const activationFunction = ACTIVATIONS[known.activation_function ?? 'gelu_new'];
  return checkSize(checkHeads({ ...config, activationFunction }, source), source);
}

/** Moves sizes that are given by other names to their usual names. */
function withoutAliases(json: Readonly<Record<string, unknown>>, source: string): Record<string, unknown> {
  const plain = { ...json };
  for (const [name, alias] of Object.entries(ALIASES)) {
    if (!Object.hasOwn(json, alias)) continue;
    plain[name] ??= json[alias];
    if (plain[name] !== json[alias]) {
      throw unsupported(source, `'${alias}' differs from '${name}'`, plain[name], json[alias]);
    }
  }
  return plain;
}

function checkSize(config: Gpt2Config, source: string): Gpt2Config {
  const { vocabSize, nPositions, nEmbd, nInner, nLayer } = config;
  const parameters = nEmbd * (vocabSize + nPositions + nLayer * (4 * nEmbd + 2 * nInner));
  if (parameters <= MOST_PARAMETERS) return config;
  const billions = (numbers: number) => `${(numbers / 1e9).toPrecision(2)} billion parameters`;
  throw unsupported(source, 'its size', `at most ${billions(MOST_PARAMETERS)}`, billions(parameters));
}

function checkHeads(config: Gpt2Config, source: string): Gpt2Config {
  if (config.nEmbd % config.nHead === 0) return config;
  throw unsupported(source, 'the number of heads', `a divisor of the width ${config.nEmbd}`, config.nHead);
}

/** Creates the `config.json` that Python's transformers needs to load the model as a `GPT2LMHeadModel`. */
export function formatGpt2Config(config: Gpt2Config): Record<string, unknown> {
  const entries = Object.entries(FIELDS).map(([ours, theirs]) => [theirs, config[ours as keyof Gpt2Config]]);
  return {
    architectures: ['GPT2LMHeadModel'],
    model_type: 'gpt2',
    ...Object.fromEntries(entries),
    ...FIXED,
  };
}

function unsupported(source: string, what: string, expected: unknown, received: unknown): LamoError {
  return new LamoError({
    where: 'models/gpt2',
    code: 'unsupported-model',
    problem: `${source} does not describe a GPT-2 that lamo supports: ${what}`,
    expected: String(expected),
    received: String(received),
  });
}

function mapValues<Value, Result>(
  record: Readonly<Record<string, Value>>,
  fn: (value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, fn(value)]));
}
