import { LamoError } from '@lamo/data';

/** Sizes and switches of a GPT-2, by the names of Hugging Face's `config.json` in camel case. */
export interface Gpt2Config {
  /** Tokens in the vocabulary. */
  readonly vocabSize: number;
  /** Rows of the table of positions: the longest text. */
  readonly nPositions: number;
  /** D, the width. */
  readonly nEmbd: number;
  /** Blocks. */
  readonly nLayer: number;
  /** Attention heads; they share the width. */
  readonly nHead: number;
  /** Width inside the feed-forward part. */
  readonly nInner: number;
  /** `gelu_new` is GPT-2's (tanh), `gelu` the exact one (erf). */
  readonly activationFunction: Gpt2Activation;
  readonly layerNormEpsilon: number;
  /** Dropout rates: after each block's two parts, on the embeddings, on the attention weights. */
  readonly residPdrop: number;
  readonly embdPdrop: number;
  readonly attnPdrop: number;
  /** Standard deviation of initial weights. */
  readonly initializerRange: number;
}

/** Nonlinearities of the feed-forward part. */
export type Gpt2Activation = 'gelu_new' | 'gelu' | 'relu';

const ACTIVATIONS: readonly string[] = ['gelu_new', 'gelu', 'relu'] satisfies Gpt2Activation[];

/**
 * Fills in GPT-2's own settings: those of GPT-2 small where nothing else is said, the inner width 4 D.
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

/** Switches of Hugging Face's GPT-2 that change what it computes, with the one setting that is computed here. */
const FIXED = {
  scale_attn_weights: true,
  scale_attn_by_inverse_layer_idx: false,
  tie_word_embeddings: true,
  add_cross_attention: false,
};

/**
 * Reads a `config.json` of Hugging Face.
 * @param source named in errors
 * @throws LamoError `unsupported-model`
 */
export function parseGpt2Config(json: Readonly<Record<string, unknown>>, source = 'config.json'): Gpt2Config {
  if (json.model_type !== 'gpt2') {
    throw unsupported(source, 'the model type', 'gpt2', json.model_type);
  }
  for (const [name, value] of Object.entries(FIXED)) {
    if (name in json && json[name] !== value) throw unsupported(source, `'${name}'`, value, json[name]);
  }
  const entries = Object.entries(FIELDS).map(([ours, theirs]) => [ours, json[theirs]]);
  const given = entries.filter(([, value]) => value !== undefined && value !== null);
  const config = fillIn(Object.fromEntries(given) as Partial<Gpt2Config>);
  if (!ACTIVATIONS.includes(config.activationFunction)) {
    throw unsupported(source, "'activation_function'", ACTIVATIONS.join(', '), json.activation_function);
  }
  return checkHeads(config, source);
}

function checkHeads(config: Gpt2Config, source: string): Gpt2Config {
  if (config.nEmbd % config.nHead === 0) return config;
  throw unsupported(source, 'the number of heads', `a divisor of the width ${config.nEmbd}`, config.nHead);
}

/** Writes what Python's transformers needs to load the model as a `GPT2LMHeadModel`. */
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
    problem: `${source} does not describe a GPT-2 that can be run here: ${what}`,
    expected: String(expected),
    received: String(received),
  });
}
