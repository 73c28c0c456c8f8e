/**
 * GPT-2 (Radford et al. 2019, "Language Models are Unsupervised Multitask Learners"), whole in one file: pre-norm
 * transformer blocks, a fused projection to queries, keys and values, and a head that is the token table.
 *
 * Parameters have the names of Hugging Face's checkpoints, which are those of OpenAI's: `h.0.attn.c_attn.weight` is
 * `h/0/attn/c_attn/weight` in the tree. Linear weights are [inputs, outputs], as there. A linear layer may carry an
 * adapter (see lora.ts).
 *
 * Shapes: B texts, T tokens, D width, H heads, V vocabulary.
 */
import type { Rng } from '@lamo/core';
import {
  gelu,
  type HostArray,
  hostArray,
  layerNorm,
  type SelfAttentionOptions,
  selfAttention,
  type Tree,
} from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { hasLora, type LoraSettings, loraUpdate } from '../lora/lora';
import { type Linear, linear } from '../networks/linear';
import type { Gpt2Config } from './gpt2-config';

/** Weight and bias [D] of a layer norm. */
export type LayerNorm<Leaf> = Linear<Leaf>;

/** A table [rows, D]. */
export type Table<Leaf> = Readonly<Record<'weight', Leaf>>;

/** One transformer block. */
export interface Gpt2Block<Leaf> {
  /** The norm before the attention. */
  readonly ln_1: LayerNorm<Leaf>;
  /** `c_attn` [D, 3 D] to queries, keys and values; `c_proj` [D, D]. */
  readonly attn: { readonly c_attn: Linear<Leaf>; readonly c_proj: Linear<Leaf> };
  /** The norm before the feed-forward part. */
  readonly ln_2: LayerNorm<Leaf>;
  /** `c_fc` [D, inner], and `c_proj` [inner, D] after the nonlinearity. */
  readonly mlp: { readonly c_fc: Linear<Leaf>; readonly c_proj: Linear<Leaf> };
  readonly [key: string]: Tree<Leaf>;
}

/** The blocks and the last norm: a network from embeddings to hidden states. */
export interface Gpt2Body<Leaf> {
  /** The blocks by position, from '0'. */
  readonly h: Readonly<Record<string, Gpt2Block<Leaf>>>;
  /** The norm after the last block. */
  readonly ln_f: LayerNorm<Leaf>;
  readonly [key: string]: Tree<Leaf>;
}

/** A whole GPT-2: `wte` [V, D] tokens, which is the head too, and `wpe` [positions, D]. */
export interface Gpt2<Leaf> extends Gpt2Body<Leaf> {
  /** Tokens, [V, D]. */
  readonly wte: Table<Leaf>;
  /** Positions, [positions, D]. */
  readonly wpe: Table<Leaf>;
}

/** Draws a dropout mask, as `noise.dropout` does. */
export type DropoutSource = (shape: readonly number[], rate: number) => tf.Tensor;

/** How {@link gpt2} is run. */
export interface Gpt2Pass {
  /** [B, T] 1 = real, 0 = padding, which real tokens do not attend to. @default all real */
  readonly mask?: tf.Tensor;
  /** [B, T] numbers of the texts of a row: tokens attend to those of their own. @default one text */
  readonly segments?: tf.Tensor | undefined;
  /** Switches dropout on. */
  readonly dropout?: DropoutSource;
  /** Needed if layers have adapters. */
  readonly lora?: LoraSettings;
  /** Selects the tokens whose output is needed, [B, T, D] → [B, T′, D]: the last block computes only these. @default all */
  readonly select?: (tokens: tf.Tensor) => tf.Tensor;
  /** Keys and values of tokens that were read before. @default none */
  readonly memory?: Gpt2Memory;
  /** Is shown the queries, keys and values of each block, [B, T, 3 D] side by side. @default nobody looks */
  readonly watch?: (block: number, qkv: tf.Tensor) => void;
}

/** What tokens attend to besides one another. S: tokens that can be attended to. */
export interface Gpt2Memory {
  /** Given keys and values of the tokens in one of the blocks, [B, H, T, dh] each; returns those to attend to, [B, H, S, dh]. */
  readonly remember: (block: number, keys: tf.Tensor, values: tf.Tensor) => readonly [tf.Tensor, tf.Tensor];
  /** [B, T, S] 1 where a token may attend, else 0, in place of `mask`. @default each to itself and those before it */
  readonly visible?: tf.Tensor;
}

/** Draws a GPT-2 as OpenAI did: N(0, 0.02), the projections back into the residual stream smaller with depth, biases 0. */
export function initGpt2(config: Gpt2Config, rng: Rng): Gpt2<HostArray> {
  const { vocabSize, nPositions, nEmbd, initializerRange } = config;
  const table = (rows: number, label: string) => ({
    weight: normal([rows, nEmbd], initializerRange, rng.split(label)),
  });
  return { wte: table(vocabSize, 'wte'), wpe: table(nPositions, 'wpe'), ...initGpt2Body(config, rng) };
}

/** Draws the blocks and the last norm alone. */
export function initGpt2Body(config: Gpt2Config, rng: Rng): Gpt2Body<HostArray> {
  const { nEmbd, nInner, nLayer, initializerRange } = config;
  const residual = initializerRange / Math.sqrt(2 * nLayer);
  const block = (own: Rng): Gpt2Block<HostArray> => {
    const layer = (inputs: number, outputs: number, label: string, deviation = initializerRange) => ({
      weight: normal([inputs, outputs], deviation, own.split(label)),
      bias: hostArray([outputs], new Float32Array(outputs)),
    });
    return {
      ln_1: initLayerNorm(nEmbd),
      attn: {
        c_attn: layer(nEmbd, 3 * nEmbd, 'c_attn'),
        c_proj: layer(nEmbd, nEmbd, 'attn.c_proj', residual),
      },
      ln_2: initLayerNorm(nEmbd),
      mlp: {
        c_fc: layer(nEmbd, nInner, 'c_fc'),
        c_proj: layer(nInner, nEmbd, 'mlp.c_proj', residual),
      },
    };
  };
  const blocks = Array.from({ length: nLayer }, (_, i) => [String(i), block(rng.split(`h.${i}`))]);
  return { h: Object.fromEntries(blocks), ln_f: initLayerNorm(nEmbd) };
}

/** Creates a layer norm with scale 1 and shift 0. */
export function initLayerNorm(size: number): LayerNorm<HostArray> {
  return {
    weight: hostArray([size], new Float32Array(size).fill(1)),
    bias: hostArray([size], new Float32Array(size)),
  };
}

function normal(shape: readonly number[], deviation: number, rng: Rng): HostArray {
  const data = new Float32Array(shape.reduce((size, length) => size * length, 1));
  rng.fillNormal(data);
  return hostArray(
    shape,
    data.map((value) => value * deviation),
  );
}

/**
 * Looks tokens up.
 *
 * @param ids [B, T] integers, as floats or int32
 * @param positions [B, T] or [T] rows of `wpe` to add; none if left out
 * @returns [B, T, D]
 */
export function tokenEmbeddings(
  { wte, wpe }: Pick<Gpt2<tf.Tensor>, 'wte' | 'wpe'>,
  ids: tf.Tensor,
  positions?: tf.Tensor,
): tf.Tensor {
  const tokens = tf.gather(wte.weight, tf.cast(ids, 'int32') as tf.Tensor1D);
  if (positions === undefined) return tokens;
  return tf.add(tokens, tf.gather(wpe.weight, tf.cast(positions, 'int32') as tf.Tensor1D));
}

/**
 * Runs the blocks.
 *
 * @param embeddings [B, T, D], positions added if there are any
 * @returns hidden states [B, T, D], or [B, T′, D] of the tokens that `select` picks
 */
export function gpt2(
  { h, ln_f }: Gpt2Body<tf.Tensor>,
  embeddings: tf.Tensor,
  config: Gpt2Config,
  pass: Gpt2Pass = {},
): tf.Tensor {
  const { memory } = pass;
  const mask = attentionMask(embeddings.shape[1]!, pass);
  const blocks = Object.values(h);
  const first = dropped(embeddings, config.embdPdrop, pass);
  const hidden = blocks.reduce((x, block, i) => {
    const { select, ...rest } = pass;
    const look: Look = {
      mask,
      ...(memory && { remember: (...own) => memory.remember(i, ...own) }),
      watch: (qkv) => pass.watch?.(i, qkv),
    };
    return gpt2Block(block, x, config, i === blocks.length - 1 ? pass : rest, look);
  }, first);
  return layerNorm(hidden, ln_f.weight, ln_f.bias, config.layerNormEpsilon);
}

/**
 * Scores every token of the vocabulary as the next one.
 *
 * @param hidden [..., D]
 * @returns logits [N, V], N the number of hidden states
 */
export function nextTokenLogits({ wte }: Pick<Gpt2<tf.Tensor>, 'wte'>, hidden: tf.Tensor): tf.Tensor2D {
  const table = wte.weight as tf.Tensor2D;
  return tf.matMul(tf.reshape(hidden, [-1, table.shape[1]]) as tf.Tensor2D, table, false, true);
}

/** What the tokens of a block may attend to. */
interface Look extends Omit<SelfAttentionOptions, 'dropout'> {
  /** {@link Gpt2Pass.watch} for this block. */
  readonly watch: (qkv: tf.Tensor) => void;
}

function gpt2Block(
  { ln_1, attn, ln_2, mlp }: Gpt2Block<tf.Tensor>,
  x: tf.Tensor,
  config: Gpt2Config,
  pass: Gpt2Pass,
  look: Look,
): tf.Tensor {
  const { layerNormEpsilon: epsilon, residPdrop } = config;
  const select = pass.select ?? ((tokens: tf.Tensor) => tokens);
  const attended = select(
    heads(attn.c_attn, layerNorm(x, ln_1.weight, ln_1.bias, epsilon), config, pass, look),
  );
  const middle = tf.add(select(x), dropped(project(attn.c_proj, attended, pass), residPdrop, pass));
  const inner = activate(project(mlp.c_fc, layerNorm(middle, ln_2.weight, ln_2.bias, epsilon), pass), config);
  return tf.add(middle, dropped(project(mlp.c_proj, inner, pass), residPdrop, pass));
}

/** Multi-head attention before its last projection, [B, T, D]. */
function heads(
  c_attn: Linear<tf.Tensor>,
  x: tf.Tensor,
  { nHead, attnPdrop }: Gpt2Config,
  pass: Gpt2Pass,
  { watch, ...look }: Look,
): tf.Tensor {
  const [batch, tokens] = x.shape as [number, number, number];
  const dropout = mask([batch, nHead, tokens, look.mask!.shape.at(-1)!], attnPdrop, pass);
  const qkv = project(c_attn, x, pass);
  watch(qkv);
  return selfAttention(qkv, nHead, { ...look, ...(dropout && { dropout }) });
}

/** What is added to the scores, [B or 1, 1, T, S]: 0 where a token may attend, -10,000 at later and at padded tokens, and at those of other texts. */
function attentionMask(tokens: number, { mask, segments, memory }: Gpt2Pass): tf.Tensor {
  if (memory?.visible !== undefined) return tf.mul(tf.sub(1, tf.expandDims(memory.visible, 1)), -1e4);
  const values = Float32Array.from({ length: tokens ** 2 }, (_, i) =>
    i % tokens > Math.floor(i / tokens) ? -1e4 : 0,
  );
  const causal = tf.tensor(values, [1, 1, tokens, tokens]);
  if (segments !== undefined) {
    const isOwn = tf.equal(tf.expandDims(segments, 2), tf.expandDims(segments, 1)); // [B, T, T]
    return tf.minimum(causal, tf.mul(tf.sub(1, tf.cast(tf.expandDims(isOwn, 1), 'float32')), -1e4));
  }
  if (mask === undefined) return causal;
  const padding = tf.mul(tf.sub(1, mask), -1e4);
  return tf.add(causal, tf.reshape(padding, [-1, 1, 1, tokens]));
}

/** A linear layer with its adapter, if it has one, on [B, T, inputs]. */
function project(layer: Linear<tf.Tensor>, x: tf.Tensor, pass: Gpt2Pass): tf.Tensor {
  const [inputs, outputs] = layer.weight.shape as [number, number];
  const rows = tf.reshape(x, [-1, inputs]) as tf.Tensor2D;
  const plain = linear(layer, rows);
  const shape = [...x.shape.slice(0, -1), outputs];
  if (!hasLora(layer)) return tf.reshape(plain, shape);
  const { alpha, dropout } = pass.lora!;
  return tf.reshape(
    tf.add(plain, loraUpdate(layer, dropped(rows, dropout, pass) as tf.Tensor2D, alpha)),
    shape,
  );
}

function activate(x: tf.Tensor, { activationFunction }: Gpt2Config): tf.Tensor {
  if (activationFunction === 'relu') return tf.relu(x);
  return gelu(x, activationFunction === 'gelu' ? 'erf' : 'tanh');
}

function dropped<T extends tf.Tensor>(x: T, rate: number, pass: Gpt2Pass): tf.Tensor {
  const drawn = mask(x.shape, rate, pass);
  return drawn === undefined ? x : tf.mul(x, drawn);
}

function mask(shape: readonly number[], rate: number, { dropout }: Gpt2Pass): tf.Tensor | undefined {
  return dropout === undefined || rate === 0 ? undefined : dropout(shape, rate);
}
