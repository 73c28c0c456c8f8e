import * as tf from '@tensorflow/tfjs-core';
import type { Gpt2Memory } from './gpt2';

/** Keys and values of all tokens of a text that were read, by block: [rows, H, capacity, dh] each. */
export type Cache = Record<string, Readonly<Record<'keys' | 'values', tf.Tensor>>>;

/** Puts keys or values of one token of each row, [rows, H, 1, dh], at its place among those of others, [rows, H, capacity, dh]. */
export type Write = (all: tf.Tensor, own: tf.Tensor) => tf.Tensor;

/**
 * Puts keys and values of one token of each row beside those of the tokens before it, which it attends to. The state is complete when the
 * blocks have run.
 *
 * @param place [rows, 1]
 */
export function growCache(
  cache: Cache,
  place: tf.Tensor,
  write: Write,
): { readonly state: Cache; readonly memory: Gpt2Memory } {
  const capacity = cache['0']!.keys.shape[2]!;
  const state: Cache = {};
  const remember: Gpt2Memory['remember'] = (block, keys, values) => {
    const before = cache[block]!;
    const kept = { keys: write(before.keys, keys), values: write(before.values, values) };
    state[block] = kept;
    return [kept.keys, kept.values];
  };
  const visible = tf.lessEqual(tf.range(0, capacity), tf.expandDims(place, 1)); // [rows, 1, S]
  return { state, memory: { remember, visible: tf.cast(visible, 'float32') } };
}
