import {
  type Device,
  type Executable,
  type HostArray,
  hostArray,
  type StepFunction,
  sizeOf,
  type Tree,
} from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { type Gpt2, type Gpt2Memory, type Gpt2Pass, gpt2, nextTokenLogits, tokenEmbeddings } from './gpt2';
import type { Gpt2Config } from './gpt2-config';
import { type Cache, growCache, type Write } from './grow-cache';
import type { LoadedGpt2 } from './load-gpt2';
import { type Steering, steeredLogits } from './steering';
import type { TokenValues } from './token-values';

/** Shapes of a decoder. */
export interface DecoderSizes {
  /** Texts at once. */
  readonly rows: number;
  /** Most tokens of a text that is read from its beginning, all at once; 0: none is, and there is no `read`. */
  readonly window: number;
  /** Most tokens of a text: at least as many, and at most the model's positions. */
  readonly capacity: number;
}

/**
 * Compiles a GPT-2 that scores what comes next, and keeps the keys and values of each row's tokens on the device as its state.
 * `read` reads rows from their beginning: `tokens` [rows, window], of which those up to `place` [rows] count. `next` reads one more
 * `token` [rows], the one at `place`; those before it must have been read. Both give `logits` [rows, V] after that place.
 */
export function compileDecoder(
  device: Device,
  model: LoadedGpt2,
  { rows, window, capacity }: DecoderSizes,
): Promise<Executable<'read' | 'next'>> {
  const { score, networks } = scorer(model);
  return device.compile({
    state: Object.fromEntries(networks.map((name) => [name, emptyCache(model.config, rows, capacity)])),
    frozen: decoderWeights(model),
    inputs: { ...(window > 0 && { tokens: [rows, window] }), token: [rows, 1], place: [rows, 1] },
    variants: withoutUnread(window, {
      read(_cache, { tokens, place }, _noise, frozen) {
        const last = tf.cast(place!, 'int32');
        const select = (x: tf.Tensor) => tf.gather(x, last, 1, 1); // [rows, T, D] → [rows, 1, D]
        // What follows the last token has no effect: tokens do not see later ones.
        const positions = tf.range(0, window, 1, 'int32');
        return score(frozen, tokens!, positions, () => fillCache(capacity - window), select);
      },
      next(caches, { token, place }, _noise, frozen) {
        return score(frozen, token!, place!, (name) => {
          const cache = (caches as Record<string, Cache>)[name]!;
          return growCache(cache, place!, scatterAt(cache, place!));
        });
      },
    }),
  });
}

type Variants = Readonly<Record<'read' | 'next', StepFunction>>;

/** What is never called is not compiled. */
const withoutUnread = (window: number, { read, next }: Variants) =>
  (window > 0 ? { read, next } : { next }) as Variants;

/** The weights that a compiled decoder reads, of whichever model of the same {@link decoderPlan}. */
export function decoderWeights({ parameters, steering }: LoadedGpt2): Tree<HostArray> {
  const weights = { model: parameters, ...(isSteered(steering) && { values: steering.values }) };
  return weights as unknown as Tree<HostArray>;
}

/** All that is compiled of a model, its weights apart: models of equal plans can take turns. */
export function decoderPlan({ config, steering }: LoadedGpt2): string {
  if (!isSteered(steering)) return JSON.stringify(config);
  const { values, ...strength } = steering;
  return JSON.stringify([config, strength, values.network !== undefined]);
}

const isSteered = (steering: Steering | undefined): steering is Steering =>
  steering !== undefined && steering.advantageWeight !== 0;

/** A cache that is filled while a network runs, and how it is used. */
interface Remembering {
  readonly state: Cache;
  readonly memory: Gpt2Memory;
}

/** The networks that read a text: the model, and what its values are of if that is another one. */
type NetworkName = 'model' | 'values';

/** How a model scores what comes next, and what is kept of it. */
function scorer({ config, steering }: LoadedGpt2) {
  const networks: readonly NetworkName[] =
    isSteered(steering) && steering.values.network !== undefined ? ['model', 'values'] : ['model'];
  const score = (
    given: Tree<tf.Tensor>,
    tokens: tf.Tensor,
    positions: tf.Tensor,
    cacheOf: (name: NetworkName) => Remembering,
    select?: Gpt2Pass['select'],
  ) => {
    const { model, values } = given as unknown as Frozen;
    const caches: Record<string, Cache> = {};
    const read = (name: NetworkName, network: Gpt2<tf.Tensor>) => {
      const { state, memory } = cacheOf(name);
      const pass = { memory, ...(select && { select }) };
      const hidden = gpt2(network, tokenEmbeddings(network, tokens, positions), config, pass);
      caches[name] = state;
      return tf.reshape(hidden, [-1, config.nEmbd]);
    };
    const hidden = read('model', model);
    const logits = nextTokenLogits(model, hidden);
    if (!isSteered(steering)) return { state: caches, outputs: { logits } };
    const seen = values!.network === undefined ? hidden : read('values', values!.network);
    return { state: caches, outputs: { logits: steeredLogits(logits, seen, values!, steering) } };
  };
  return { score, networks };
}

/** What no token changes. */
interface Frozen {
  readonly model: Gpt2<tf.Tensor>;
  readonly values?: TokenValues<tf.Tensor>;
}

function emptyCache({ nLayer, nHead, nEmbd }: Gpt2Config, rows: number, capacity: number): Tree<HostArray> {
  const shape = [rows, nHead, capacity, nEmbd / nHead];
  const nothing = hostArray(shape, new Float32Array(sizeOf(shape)));
  return Object.fromEntries(
    Array.from({ length: nLayer }, (_, block) => [block, { keys: nothing, values: nothing }]),
  );
}

/** Keeps keys and values of all tokens, with room for more. The state is complete when the blocks have run. */
function fillCache(room: number): Remembering {
  const state: Cache = {};
  const widened = (x: tf.Tensor) =>
    tf.pad(x, [
      [0, 0],
      [0, 0],
      [0, room],
      [0, 0],
    ]);
  const remember: Gpt2Memory['remember'] = (block, keys, values) => {
    state[block] = { keys: widened(keys), values: widened(values) };
    return [keys, values];
  };
  return { state, memory: { remember } };
}

/** Replaces numbers at the place of each row. @param place [rows, 1] */
function scatterAt(cache: Cache, place: tf.Tensor): Write {
  const [rows, heads] = cache['0']!.keys.shape as [number, number];
  const grid = [rows, heads, 1];
  const row = tf.reshape(tf.range(0, rows, 1, 'int32'), [rows, 1, 1]);
  const head = tf.reshape(tf.range(0, heads, 1, 'int32'), [1, heads, 1]);
  const position = tf.reshape(tf.cast(place, 'int32'), [rows, 1, 1]);
  const at = tf.concat(
    [row, head, position].map((x) => tf.broadcastTo(x, grid)),
    2,
  ); // [rows, H, 3]
  return (all, own) => tf.tensorScatterUpdate(all, at, tf.squeeze(own, [2]));
}
