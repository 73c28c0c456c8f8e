import type { BatchSource, Dataset, Rng, RngState } from '@lamo/core';
import { checkCount, checkNumber, LamoError } from '@lamo/core';
import { returnsAfter, returnsToGo } from './returns';
import { checkRowOrder } from './row-order';

const WHERE = 'data/sequence-sampler';

/** The arrays of a batch of windows. */
export type SequenceField = 'observations' | 'actions' | 'returnsToGo' | 'timesteps' | 'mask';

/** Options of {@link sequenceSampler}. */
export interface SequenceSamplerOptions {
  /** K, the most steps in a window. */
  readonly contextLength: number;
  /** B */
  readonly batchSize: number;
  /** Draws the windows; the sampler's state is this generator's. */
  readonly rng: Rng;
  /**
   * The reward that returns-to-go begin with: a step's own (`current`), as in the code of Decision Transformer and LaMo, or
   * the one after it (`next`), as in the paper and in LaMo's Atari code.
   * @default 'current'
   */
  readonly returnsFrom?: 'current' | 'next';
  /** Returns-to-go are divided by this: 1000 for the locomotion tasks. @default 1 */
  readonly returnScale?: number;
  /** Where a window that is shorter than K is filled with zeros: `left` as in DT and LaMo, `right` as in CORL. @default 'left' */
  readonly padding?: 'left' | 'right';
  /** Time steps are clamped to `maxTimesteps - 1`, the last row of the model's table. @default no limit */
  readonly maxTimesteps?: number;
  /** Value of padded actions; LaMo and DT take -10. They are masked in any case. @default 0 */
  readonly actionPadding?: number;
  /** Whether windows come from an unfinished last episode too; its returns-to-go are too small. @default 'drop' */
  readonly unfinished?: 'drop' | 'keep';
}

/**
 * Draws windows of up to K steps for sequence models (Decision Transformer, LaMo): an episode with probability
 * proportional to its length, then a first step uniformly within it, so that windows at an episode's end are short.
 *
 * A batch has `observations` [B, K, O], `actions` [B, K, A], `returnsToGo` [B, K] (undiscounted, from each step to the end of the
 * episode), `timesteps` [B, K] (steps since the episode began) and `mask` [B, K] (1 = real).
 *
 * @throws LamoError `out-of-range`, `no-finished-episode`, `rows-out-of-order`
 */
export function sequenceSampler(
  dataset: Dataset,
  options: SequenceSamplerOptions,
): BatchSource<SequenceField> {
  const { contextLength, batchSize, rng, returnScale = 1, padding = 'left', actionPadding = 0 } = options;
  const { maxTimesteps = Number.POSITIVE_INFINITY, unfinished = 'drop', returnsFrom = 'current' } = options;
  checkOptions(options);
  checkRowOrder(dataset, WHERE, 'windows and returns-to-go');
  const rows = usableRows(dataset, unfinished);
  const { observations, actions, observationSize, actionSize, episodeEnds } = dataset;
  const sum = returnsFrom === 'current' ? returnsToGo : returnsAfter;
  const returns = sum(dataset.rewards, episodeEnds).map((value) => value / returnScale);
  const episodes = episodeOfEachRow(dataset);

  return {
    shapes: {
      observations: [batchSize, contextLength, observationSize],
      actions: [batchSize, contextLength, actionSize],
      returnsToGo: [batchSize, contextLength],
      timesteps: [batchSize, contextLength],
      mask: [batchSize, contextLength],
    },
    next(into) {
      into.observations.fill(0);
      into.actions.fill(actionPadding);
      into.returnsToGo.fill(0);
      into.timesteps.fill(0);
      into.mask.fill(0);
      for (let i = 0; i < batchSize; i++) {
        // A row drawn uniformly is an episode drawn by its length and a start drawn uniformly within it.
        const start = rng.integer(rows);
        const episode = episodes[start]!;
        const episodeStart = episode === 0 ? 0 : episodeEnds[episode - 1]!;
        const length = Math.min(contextLength, episodeEnds[episode]! - start);
        const target = i * contextLength + (padding === 'left' ? contextLength - length : 0);
        copyRows(observations, start, into.observations, target, length, observationSize);
        copyRows(actions, start, into.actions, target, length, actionSize);
        copyRows(returns, start, into.returnsToGo, target, length, 1);
        for (let step = 0; step < length; step++) {
          into.timesteps[target + step] = Math.min(start - episodeStart + step, maxTimesteps - 1);
          into.mask[target + step] = 1;
        }
      }
    },
    state: () => rng.state(),
    restore: (state) => rng.restore(state as RngState),
  };
}

function checkOptions({
  contextLength,
  batchSize,
  maxTimesteps = 1,
  returnScale = 1,
}: SequenceSamplerOptions) {
  checkCount(WHERE, 'contextLength', contextLength);
  checkCount(WHERE, 'batchSize', batchSize);
  if (maxTimesteps !== Number.POSITIVE_INFINITY) checkCount(WHERE, 'maxTimesteps', maxTimesteps);
  checkNumber(WHERE, 'returnScale', returnScale, 'a positive number', (scale) => scale > 0);
}

/** Copies rows of a [N, width] array. A plain loop: `subarray` and `set` would allocate. */
function copyRows(
  from: Float32Array,
  row: number,
  into: Float32Array,
  targetRow: number,
  rows: number,
  width: number,
): void {
  const source = row * width;
  const target = targetRow * width;
  for (let i = 0; i < rows * width; i++) into[target + i] = from[source + i]!;
}

function episodeOfEachRow({ size, episodeEnds }: Dataset): Uint32Array {
  const episodes = new Uint32Array(size);
  for (const [episode, end] of episodeEnds.entries()) {
    episodes.fill(episode, episode === 0 ? 0 : episodeEnds[episode - 1], end);
  }
  return episodes;
}

/** Counts the rows that windows may start at: all, or those before an unfinished last episode. */
function usableRows(dataset: Dataset, unfinished: 'drop' | 'keep'): number {
  if (unfinished === 'keep' || dataset.lastEpisodeFinished) return dataset.size;
  const rows = dataset.episodeEnds.at(-2) ?? 0;
  if (rows > 0) return rows;
  throw new LamoError({
    where: WHERE,
    code: 'no-finished-episode',
    problem: `\`${dataset.name}\` has no finished episode`,
    expected: 'a row with terminated or truncated set',
    received: 'none',
    hint: "Mark in `timeouts` where episodes were cut, give a time limit (--max-episode-steps, `maxEpisodeSteps` of `readD4rl`), or include the unfinished one (--unfinished keep, `unfinished: 'keep'`).",
  });
}
