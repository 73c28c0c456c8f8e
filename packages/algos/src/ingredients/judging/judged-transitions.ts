import type { BatchSource, Dataset, Rng } from '@lamo/core';
import {
  checkRowOrder,
  countFinishedEpisodes,
  episodeReturns,
  transitionSampler,
  transitions,
} from '@lamo/data';
import { type HostArray, hostArray } from '@lamo/runtime';
import type { Starts } from '../../kinds/estimate';
import type { TransitionBatch } from '../transition-batches';
import { drawEpisodes, rowWeights } from './draw-episodes';
import type { JudgedPolicy } from './load-judged-policy';

/** Name of the actions that the judged policy takes in the next observations of a batch. */
export const POLICY_ACTIONS = 'infos/policyActions';

/** Name of how often each network learns from a row of a batch. */
export const NETWORK_WEIGHTS = 'infos/networkWeights';

/** A batch of transitions, and what the judged policy does after them. */
export interface JudgedBatch extends TransitionBatch {
  /** [B, A] */
  readonly [POLICY_ACTIONS]: TransitionBatch['actions'];
  /** [B, N] how often each of N networks learns from the row, if each has a sample of the episodes. */
  readonly [NETWORK_WEIGHTS]?: TransitionBatch['actions'];
}

/** What batches of {@link judgedTransitions} are made with. */
interface JudgedBatchConfig {
  readonly batchSize: number;
  readonly rewardScale: number;
  /** N @default 1 */
  readonly networks?: number;
  /** Seed of the episodes that each network learns from. @default null: all of them, as often as they are there */
  readonly resample?: number | null;
}

/**
 * Makes batches of all transitions with the actions that a policy takes in their next observations. The policy is asked once,
 * for all of them: it need not be traced, and a step costs no more for it.
 *
 * With the setting `resample` they also say how often each network learns from a row.
 *
 * Where no next observations were logged, rows that a time limit cut are left out. Where they were, such rows have a future.
 */
export async function judgedTransitions(
  dataset: Dataset,
  { batchSize, rewardScale, networks = 1, resample = null }: JudgedBatchConfig,
  rng: Rng,
  policy: JudgedPolicy,
): Promise<BatchSource<Exclude<keyof JudgedBatch, typeof NETWORK_WEIGHTS>>> {
  const view = transitions(dataset);
  const { actionSize } = dataset;
  // Images are refused before: no capability.
  const taken = await policy.act(view.nextObservations as Float32Array); // [N, A]
  const data = new Float32Array(taken.length);
  for (const [i, row] of view.rows.entries()) {
    const next = view.nextRows[i]! * actionSize;
    data.set(taken.subarray(next, next + actionSize), row * actionSize);
  }
  const weights =
    resample === null
      ? undefined
      : { width: networks, data: rowWeights(dataset, drawEpisodes(dataset, networks, resample)) };
  const infos = {
    policyActions: { width: actionSize, data },
    ...(weights === undefined ? {} : { networkWeights: weights }),
  };
  return transitionSampler(
    { ...view, dataset: { ...dataset, infos } },
    {
      batchSize,
      rng,
      rewardScale,
      fields: [...FIELDS, POLICY_ACTIONS, ...(weights === undefined ? [] : [NETWORK_WEIGHTS as never])],
    },
  );
}

const FIELDS = ['observations', 'actions', 'rewards', 'nextObservations', 'terminated'] as const;

/**
 * Finds where episodes begin, and asks a policy what it does there.
 *
 * @throws LamoError `rows-out-of-order`
 */
export async function findStarts(
  dataset: Dataset,
  { discount }: { readonly discount: number },
  policy: JudgedPolicy,
): Promise<Starts<HostArray>> {
  checkRowOrder(dataset, 'algos/starts', 'where episodes begin');
  const { observationSize, actionSize, episodeEnds } = dataset;
  const observations = new Float32Array(episodeEnds.length * observationSize);
  for (const episode of episodeEnds.keys()) {
    const at = (episode === 0 ? 0 : episodeEnds[episode - 1]!) * observationSize;
    observations.set(dataset.observations.subarray(at, at + observationSize), episode * observationSize);
  }
  const finished = countFinishedEpisodes(dataset);
  const returns = episodeReturns(dataset, discount).subarray(0, finished);
  const [least, most] = rangeOf(dataset.rewards);
  const mean = returns.reduce((sum, value) => sum + value / finished, 0);
  return {
    observations: hostArray([episodeEnds.length, observationSize], observations),
    actions: hostArray([episodeEnds.length, actionSize], await policy.act(observations)),
    logged: hostArray([4], [mean, finished, least, most]),
  };
}

/** Without spreading: a log may have millions of rows. */
function rangeOf(values: Float32Array): [least: number, most: number] {
  return values.reduce<[number, number]>(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}
