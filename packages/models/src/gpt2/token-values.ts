import type { Rng } from '@lamo/core';
import type { HostArray, Tree } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { initMlp, type Mlp, mlp } from '../networks/mlp';
import { type Gpt2, type Gpt2Pass, gpt2, tokenEmbeddings } from './gpt2';
import type { Gpt2Config } from './gpt2-config';

/** Two networks that say of each token of the vocabulary what writing it is worth: Q₁ and Q₂. */
export interface TokenCritics<Leaf> {
  /** Of Q₁. */
  readonly first: Mlp<Leaf>;
  /** Of Q₂. */
  readonly second: Mlp<Leaf>;
  readonly [key: string]: Tree<Leaf>;
}

/** What texts, and tokens that may follow them, are worth: heads on the hidden states of a GPT-2. */
export interface TokenValues<Leaf> {
  /** The GPT-2 that the heads are on, if it is not the language model itself. */
  readonly network?: Gpt2<Leaf> & Tree<Leaf>;
  /** What tokens are worth. */
  readonly critics: TokenCritics<Leaf>;
  /** V, what a text is worth. */
  readonly value: Mlp<Leaf>;
}

/** Draws the heads, each of two layers with 2 D units between them and ReLU. */
export function initTokenValues({ nEmbd, vocabSize }: Gpt2Config, rng: Rng): TokenValues<HostArray> {
  const head = (name: string, outputs: number) => initMlp([nEmbd, 2 * nEmbd, outputs], rng.split(name));
  return {
    critics: { first: head('first', vocabSize), second: head('second', vocabSize) },
    value: head('value', 1),
  };
}

/**
 * Runs a GPT-2 on tokens.
 *
 * @param ids [B, T] as floats
 * @returns hidden states [B, T, D]
 */
export function hiddenStates(
  parameters: Gpt2<tf.Tensor>,
  ids: tf.Tensor,
  config: Gpt2Config,
  pass: Gpt2Pass = {},
): tf.Tensor {
  const positions = tf.range(0, ids.shape[1]!, 1, 'int32');
  return gpt2(parameters, tokenEmbeddings(parameters, ids, positions), config, pass);
}

/**
 * Computes Q₁ and Q₂ of every token of the vocabulary.
 *
 * @param hidden [N, D]
 * @returns [N, V] each
 */
export function tokenCritics(
  { first, second }: TokenCritics<tf.Tensor>,
  hidden: tf.Tensor,
): readonly [tf.Tensor, tf.Tensor] {
  return [mlp(first, hidden), mlp(second, hidden)];
}

/**
 * Computes V.
 *
 * @param hidden [N, D]
 * @returns [N]
 */
export function textValues({ value }: Pick<TokenValues<tf.Tensor>, 'value'>, hidden: tf.Tensor): tf.Tensor {
  return tf.squeeze(mlp(value, hidden), [-1]);
}
