import { type Device, type Executable, type HostArray, hostArray, sizeOf, type Tree } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { type Gpt2, type Gpt2Memory, type Gpt2Pass, gpt2, nextTokenLogits, tokenEmbeddings } from './gpt2';
import type { Gpt2Config } from './gpt2-config';
import type { LoadedGpt2 } from './load-gpt2';

/** Keys and values of a block's tokens, [rows, H, T, dh] each. */
type KeysAndValues = Readonly<Record<'keys' | 'values', tf.Tensor>>;
/** Those of all tokens that were read, by block: T is the capacity. */
type Cache = Record<string, KeysAndValues>;

/**
 * Compiles a GPT-2 that scores what comes next, and keeps the keys and values of each row's tokens on the device as its state.
 * `read` reads rows from their beginning: `tokens` [rows, capacity], of which those up to `place` [rows] count. `next` reads one more
 * `token` [rows], the one at `place`; those before it must have been read. Both give `logits` [rows, V] after that place.
 *
 * @param rows texts at once
 * @param capacity most tokens of a text, at most the model's positions
 */
export function compileDecoder(
  device: Device,
  { config, parameters }: LoadedGpt2,
  rows: number,
  capacity: number,
): Promise<Executable<'read' | 'next'>> {
  const score = (frozen: Tree<tf.Tensor>, tokens: tf.Tensor, positions: tf.Tensor, pass: Gpt2Pass) => {
    const network = frozen as unknown as Gpt2<tf.Tensor>;
    const hidden = gpt2(network, tokenEmbeddings(network, tokens, positions), config, pass);
    return { logits: nextTokenLogits(network, hidden) };
  };
  return device.compile({
    state: emptyCache(config, rows, capacity),
    frozen: parameters as Gpt2<HostArray> & Tree<HostArray>,
    inputs: { tokens: [rows, capacity], token: [rows, 1], place: [rows, 1] },
    variants: {
      read(_cache, { tokens, place }, _noise, frozen) {
        const { cache: state, remember } = cacheOf((own) => own);
        const last = tf.cast(place!, 'int32');
        const select = (x: tf.Tensor) => tf.gather(x, last, 1, 1); // [rows, T, D] → [rows, 1, D]
        // What follows the last token has no effect: tokens do not see later ones.
        const positions = tf.range(0, capacity, 1, 'int32');
        const outputs = score(frozen, tokens!, positions, { select, memory: { remember } });
        return { state, outputs };
      },
      next(cache, { token, place }, _noise, frozen) {
        const write = writerAt(place!, [rows, config.nHead, capacity]);
        const { cache: state, remember } = cacheOf((own, block) => {
          const { keys, values } = (cache as Cache)[block]!;
          return { keys: write(keys, own.keys), values: write(values, own.values) };
        });
        const visible = tf.lessEqual(tf.range(0, capacity), tf.expandDims(place!, 1)); // [rows, 1, S]
        const memory = { remember, visible: tf.cast(visible, 'float32') };
        return { state, outputs: score(frozen, token!, place!, { memory }) };
      },
    },
  });
}

function emptyCache({ nLayer, nHead, nEmbd }: Gpt2Config, rows: number, capacity: number): Tree<HostArray> {
  const shape = [rows, nHead, capacity, nEmbd / nHead];
  const nothing = hostArray(shape, new Float32Array(sizeOf(shape)));
  return Object.fromEntries(
    Array.from({ length: nLayer }, (_, block) => [block, { keys: nothing, values: nothing }]),
  );
}

/** A memory that makes a cache as the blocks run, of what `keep` returns for each. */
function cacheOf(keep: (own: KeysAndValues, block: number) => KeysAndValues) {
  const cache: Cache = {};
  const remember: Gpt2Memory['remember'] = (block, keys, values) => {
    const kept = keep({ keys, values }, block);
    cache[block] = kept;
    return [kept.keys, kept.values];
  };
  return { cache, remember };
}

/**
 * Makes the function that puts what belongs to one token of each row, [rows, H, 1, dh], at its place among all, [rows, H, capacity, dh].
 *
 * @param place [rows, 1]
 */
function writerAt(place: tf.Tensor, [rows, heads, capacity]: readonly [number, number, number]) {
  const slots = rows * heads;
  const places = tf.reshape(tf.tile(tf.cast(place, 'int32'), [1, heads]), [slots, 1]);
  const indices = tf.concat([tf.reshape(tf.range(0, slots, 1, 'int32'), [slots, 1]), places], 1);
  return (all: tf.Tensor, own: tf.Tensor) => {
    const bySlot = tf.reshape(all, [slots, capacity, -1]);
    return tf.reshape(tf.tensorScatterUpdate(bySlot, indices, tf.reshape(own, [slots, -1])), all.shape);
  };
}
