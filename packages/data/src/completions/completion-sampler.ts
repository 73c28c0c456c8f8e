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

/** What is saved of a sampler. */
export interface ExamplesState extends EpochState {
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
  const { length } = completions;
  return drawExamples(completions, { batchSize, rng }, { tokens: length, mask: length }, (example, into) =>
    completions.read(example, into),
  );
}

/**
 * Draws batches of examples, as {@link completionSampler} does.
 *
 * @param lengths of a row in each array of a batch
 * @param read fills a row of these
 */
export function drawExamples<Name extends string>(
  completions: Pick<Completions, 'name' | 'examples'>,
  { batchSize, rng }: CompletionSamplerOptions,
  lengths: Readonly<Record<Name, number>>,
  read: (example: number, into: Readonly<Record<Name, Float32Array>>) => void,
): BatchSource<Name> {
  checkCount('data/completion-sampler', 'batchSize', batchSize);
  const { examples } = completions;
  const order = epochs(examples, rng);
  const all = Object.entries(lengths) as [Name, number][];
  const ofAll = <Value>(value: (name: Name, length: number) => Value) =>
    Object.fromEntries(all.map(([name, length]) => [name, value(name, length)])) as Record<Name, Value>;
  return {
    shapes: ofAll((_, length) => [batchSize, length]),
    next(into) {
      const arrays = into as Readonly<Record<Name, Float32Array>>;
      for (let row = 0; row < batchSize; row++)
        read(
          order.next(),
          ofAll((name, length) => arrays[name].subarray(row * length, (row + 1) * length)),
        );
    },
    state: (): ExamplesState => ({ examples, ...order.state() }),
    restore(state) {
      const saved = Object(state) as ExamplesState;
      checkState(completions, saved);
      order.restore(saved);
    },
  };
}

/** Checks that a saved position is one in these examples. @throws LamoError `other-completions` */
export function checkState(completions: Pick<Completions, 'name' | 'examples'>, saved: ExamplesState): void {
  const { examples } = completions;
  const { position } = saved;
  const isPosition = Number.isInteger(position) && position >= 0 && position <= examples;
  if (saved.examples !== examples || !isPosition) throw otherCompletions(completions, saved);
}

/** The error for a position of other examples. */
export function otherCompletions(
  { name, examples }: Pick<Completions, 'name' | 'examples'>,
  saved: ExamplesState,
): LamoError {
  return new LamoError({
    where: 'data/completion-sampler',
    code: 'other-completions',
    problem: `The saved position does not belong to ${name}`,
    expected: `a position from 0 to ${examples} in ${examples} examples`,
    received: `${saved.position} in ${saved.examples}`,
    hint: 'Resume with the files, the tokenizer and the context that the run began with.',
  });
}
