import { type BatchSource, checkCount } from '@lamo/core';
import { epochs } from '../text/epochs';
import {
  type CompletionSamplerOptions,
  checkState,
  type ExamplesState,
  otherCompletions,
} from './completion-sampler';
import type { Completions } from './completions';

/** Examples that may wait for a row with room for them: more fill rows better, and leave the order of an epoch further. */
const WAITING = 32;

interface State extends ExamplesState {
  readonly waiting: readonly number[];
}

type Names = 'tokens' | 'mask' | 'segments' | 'positions';

/**
 * Draws batches as `completionSampler` does, with as many whole examples in a row, one after another, as there is room for: the one that waited longest
 * first, then the longest that fits of the next 32 of the epoch. No example of the next epoch comes before the last of this one. Beside `tokens` and `mask` [B, T] are, for tokens not to see those of
 * other examples:
 *
 * - `segments` [B, T], which example of its row a token belongs to, from 1; 0 after the last;
 * - `positions` [B, T], its place in the example, from 0; 0 after the last.
 *
 * @throws LamoError `out-of-range`; `other-completions` when restoring
 */
export function packingSampler(
  completions: Completions,
  { batchSize, rng }: CompletionSamplerOptions,
): BatchSource<Names> {
  checkCount('data/completion-sampler', 'batchSize', batchSize);
  const { examples, length } = completions;
  const order = epochs(examples, rng);
  const lengths = Uint32Array.from({ length: examples }, (_, i) => {
    const { prompt, completion } = completions.count(i);
    return prompt + completion;
  });
  const one = { tokens: new Float32Array(length), mask: new Float32Array(length) };
  let waiting: number[] = [];
  const names: readonly Names[] = ['tokens', 'mask', 'segments', 'positions'];
  const fillRow = (into: Readonly<Record<Names, Float32Array>>, start: number) => {
    for (let [place, segment] = [start, 1]; ; segment++) {
      while (waiting.length < WAITING && (order.state().position < examples || waiting.length === 0))
        waiting.push(order.next());
      const example = take(waiting, lengths, segment === 1 ? undefined : start + length - place);
      if (example === undefined) return;
      completions.read(example, one);
      const size = lengths[example]!;
      into.tokens.set(one.tokens.subarray(0, size), place);
      into.mask.set(one.mask.subarray(0, size), place);
      into.segments.fill(segment, place, place + size);
      for (let i = 0; i < size; i++) into.positions[place + i] = i;
      place += size;
    }
  };
  return {
    shapes: Object.fromEntries(names.map((name) => [name, [batchSize, length]])) as Record<Names, number[]>,
    next(into) {
      const arrays = into as Readonly<Record<Names, Float32Array>>;
      for (const name of names) arrays[name].fill(0);
      for (let row = 0; row < batchSize; row++) fillRow(arrays, row * length);
    },
    state: (): State => ({ examples, waiting: [...waiting], ...order.state() }),
    restore(state) {
      const { waiting: kept, ...saved } = Object(state) as State;
      const isNumber = (value: unknown) =>
        Number.isInteger(value) && (value as number) >= 0 && (value as number) < examples;
      if (!(Array.isArray(kept) && kept.length <= WAITING && kept.every(isNumber)))
        throw otherCompletions(completions, saved);
      checkState(completions, saved);
      order.restore(saved);
      waiting = [...kept];
    },
  };
}

/** Takes the first of those that wait, or if there is a limit the longest that it has room for. */
function take(waiting: number[], lengths: Uint32Array, room: number | undefined): number | undefined {
  if (room === undefined) return waiting.shift();
  let best = -1;
  for (const [i, example] of waiting.entries()) {
    const size = lengths[example]!;
    if (size <= room && (best === -1 || size > lengths[waiting[best]!]!)) best = i;
  }
  return best === -1 ? undefined : waiting.splice(best, 1)[0];
}
