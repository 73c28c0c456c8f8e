import { type BatchSource, checkCount, LamoError, type Rng } from '@lamo/core';
import { type EpochState, epochs } from '../text/epochs';
import type { Completions } from './completions';

/** Options of {@link completionSampler}. */
export interface CompletionSamplerOptions {
  /** B, the examples of a batch. */
  readonly batchSize: number;
  /** Draws the order of each epoch. */
  readonly rng: Rng;
}

interface State extends EpochState {
  readonly examples: number;
}

/**
 * Draws batches of prompts with their completions, every example once per epoch, in a new order each time: `tokens` [B, T], ids with zeros
 * after the last one, and `mask` [B, T], 1 where a token belongs to the completion. Where an epoch ends within a batch, the next one
 * fills the rest.
 *
 * @throws LamoError `out-of-range`; `other-completions` when restoring
 */
export function completionSampler(
  completions: Completions,
  { batchSize, rng }: CompletionSamplerOptions,
): BatchSource<'tokens' | 'mask'> {
  return drawExamples(completions, { batchSize, rng }, ['tokens', 'mask'], (example, into, row) =>
    completions.read(example, into, row * completions.length),
  );
}

/**
 * Draws batches of examples, as {@link completionSampler} does.
 *
 * @param names of the arrays of a batch, [B, T] each
 * @param read fills a row of these
 */
export function drawExamples<Name extends string>(
  completions: Completions,
  { batchSize, rng }: CompletionSamplerOptions,
  names: readonly Name[],
  read: (example: number, into: Readonly<Record<Name, Float32Array>>, row: number) => void,
): BatchSource<Name> {
  checkCount('data/completion-sampler', 'batchSize', batchSize);
  const { examples, length } = completions;
  const order = epochs(examples, rng);
  return {
    shapes: Object.fromEntries(names.map((name) => [name, [batchSize, length]])) as Record<Name, number[]>,
    next(into) {
      for (let row = 0; row < batchSize; row++)
        read(order.next(), into as Readonly<Record<Name, Float32Array>>, row);
    },
    state: (): State => ({ examples, ...order.state() }),
    restore(state) {
      const saved = Object(state) as State;
      checkState(completions, saved);
      order.restore(saved);
    },
  };
}

function checkState({ name, examples }: Completions, saved: State): void {
  const { position } = saved;
  const isPosition = Number.isInteger(position) && position >= 0 && position <= examples;
  if (saved.examples === examples && isPosition) return;
  throw new LamoError({
    where: 'data/completion-sampler',
    code: 'other-completions',
    problem: `The saved position does not belong to ${name}`,
    expected: `a position from 0 to ${examples} in ${examples} examples`,
    received: `${position} in ${saved.examples}`,
    hint: 'Resume with the files, the tokenizer and the context that the run began with.',
  });
}
