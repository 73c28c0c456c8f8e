import { LamoError } from '@lamo/core';
import { exportOnnx, type HostArray, type Tree, treeLeaves } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { type Gpt2, gpt2, nextTokenLogits, tokenEmbeddings } from './gpt2';
import { type Cache, growCache } from './grow-cache';
import type { LoadedGpt2 } from './load-gpt2';

/** Options of {@link exportGpt2}. */
export interface ExportGpt2Options {
  /** S, most tokens of a text, prompt and continuation together. @default the model's positions */
  readonly capacity?: number;
}

/** Most bytes of an ONNX file: what its format, protocol buffers, can say, and some room for the graph. */
const MOST_BYTES = 2 ** 31 - 2 ** 24;

/** Names of keys and values of a block, as optimum has them. */
const nameOf = (time: 'past_key_values' | 'present', block: string, what: 'key' | 'value') =>
  `${time}.${block}.${what}`;

/**
 * Exports a GPT-2 as an ONNX model that reads one token of each text at a time, and keeps the keys and values of those before it in a cache
 * of fixed size. A text begins with caches of zeros; each call is given what the one before returned.
 *
 * Inputs, all float32, for any number of texts: `input_ids` [batch, 1]; `position_ids` [batch, 1], how many tokens of the text were read before,
 * less than `capacity`; for each block N `past_key_values.N.key` and `.value` [batch, H, capacity, D / H]. Outputs: `logits` [batch, V], scores
 * of the next token; `present.N.key` and `.value`, the caches of the next call.
 *
 * @returns the bytes of the `.onnx` file
 * @throws LamoError `out-of-range` if the model has fewer positions than the capacity; `too-large` for more than 2 GB of weights; `steered-model` if
 *   values steer it; `reward-model` if it has a head that judges texts
 */
export function exportGpt2(model: LoadedGpt2, options: ExportGpt2Options = {}): Uint8Array {
  const { config, parameters } = model;
  const { nPositions, nLayer, nHead, nEmbd } = config;
  const { capacity = nPositions } = options;
  const weights = parameters as Gpt2<HostArray> & Tree<HostArray>;
  check(capacity, nPositions, weights);
  checkHeadless(model);
  const blocks = Array.from({ length: nLayer }, (_, block) => String(block));
  const cacheShape = ['batch', nHead, capacity, nEmbd / nHead] as const;
  const named = <T>(time: 'past_key_values' | 'present', of: (block: string, what: 'keys' | 'values') => T) =>
    blocks.flatMap((block) => [
      [nameOf(time, block, 'key'), of(block, 'keys')] as const,
      [nameOf(time, block, 'value'), of(block, 'values')] as const,
    ]);
  const shapes = {
    input_ids: ['batch', 1] as const,
    position_ids: ['batch', 1] as const,
    ...Object.fromEntries(named('past_key_values', () => cacheShape)),
  };
  return exportOnnx(weights, shapes, (state, inputs) => {
    const network = state as unknown as Gpt2<tf.Tensor>;
    const { input_ids: token, position_ids: place } = inputs as Record<
      'input_ids' | 'position_ids',
      tf.Tensor
    >;
    const cache: Cache = Object.fromEntries(
      blocks.map((block) => {
        const past = (what: 'key' | 'value') => inputs[nameOf('past_key_values', block, what)]!;
        return [block, { keys: past('key'), values: past('value') }];
      }),
    );
    const grown = growCache(cache, place, replaceAt(place, capacity));
    const hidden = gpt2(network, tokenEmbeddings(network, token, place), config, { memory: grown.memory });
    const logits = nextTokenLogits(network, hidden);
    return { logits, ...Object.fromEntries(named('present', (block, what) => grown.state[block]![what])) };
  });
}

/** Without the number of a row, which a file for any number of rows cannot have. @param place [rows, 1] */
function replaceAt(place: tf.Tensor, capacity: number) {
  const isHere = tf.cast(tf.equal(tf.range(0, capacity), place), 'float32'); // [rows, S]
  const here = tf.expandDims(tf.expandDims(isHere, 1), 3); // [rows, 1, S, 1]
  return (all: tf.Tensor, own: tf.Tensor) => tf.add(tf.mul(all, tf.sub(1, here)), tf.mul(own, here));
}

function check(capacity: number, positions: number, weights: Tree<HostArray>): void {
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > positions) {
    throw new LamoError({
      where: 'models/export',
      code: 'out-of-range',
      problem: `A model cannot keep ${capacity} tokens`,
      expected: `1 to ${positions} tokens, the positions of the model`,
      received: String(capacity),
    });
  }
  const bytes = treeLeaves(weights).reduce((sum, { data }) => sum + data.byteLength, 0);
  if (bytes <= MOST_BYTES) return;
  throw new LamoError({
    where: 'models/export',
    code: 'too-large',
    problem: 'The model is too large for an ONNX file',
    expected: 'at most 2 GB of weights',
    received: `${(bytes / 1e9).toFixed(1)} GB`,
    hint: 'Export it as safetensors.',
  });
}

function checkHeadless({ steering, rewardHead }: LoadedGpt2): void {
  if (rewardHead !== undefined) throw withRewardHead();
  if (steering === undefined || steering.advantageWeight === 0) return;
  throw new LamoError({
    where: 'models/export',
    code: 'steered-model',
    problem: 'An ONNX file cannot hold the values that steer this model',
    expected: 'a model that is not steered',
    received: `an advantage weight of ${steering.advantageWeight}`,
    hint: 'Export it as safetensors, which keep its values beside it.',
  });
}

function withRewardHead(): LamoError {
  return new LamoError({
    where: 'models/export',
    code: 'reward-model',
    problem: 'An ONNX file that writes text cannot hold the head that judges it',
    expected: 'a language model without a reward head',
    received: 'a reward model',
    hint: 'Export it as safetensors, which keep its head beside it.',
  });
}
