import { join } from 'node:path';
import { writeFileAtomic } from '@lamo/core';
import { type Device, type HostArray, openDevice, type Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import type { Loaded } from '../engine/algorithm';
import type { ResultDefinition, ResultParts } from '../engine/result-kind';
import { type Judge, judgeRows } from '../ingredients/judging/judge-rows';
import type { DatasetSpec } from './dataset';

/** What a policy is worth by logged data alone, in the units of their rewards. */
export interface Estimate {
  /** Discounted return that is expected of the policy, the mean over the first observations of all episodes. */
  readonly value: number;
  /**
   * 95 % interval of that mean, as if other episodes had begun; null if there is one episode. How wrong the networks are is not in
   * it.
   */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** What each network says for itself: how far apart they are is a sign of how far off they may be. */
  readonly networks: readonly number[];
  /** Episodes whose first observations were looked at. */
  readonly episodes: number;
  /** Discount of future rewards. */
  readonly discount: number;
  /** Mean discounted return of the finished episodes of the data; null if none is finished. */
  readonly logged: number | null;
  /**
   * Between what any policy's return lies whose rewards are within those of the data; null without a discount. A value outside has
   * diverged, however small its interval.
   */
  readonly attainable: { readonly low: number; readonly high: number } | null;
  /** SHA-256 of the policy's file. */
  readonly policy: string;
}

/** Where episodes begin, and what the policy does there: a part of the state that no step changes. */
export interface Starts<Leaf> {
  /** [E, O] raw */
  readonly observations: Leaf;
  /** [E, A] as batches have them */
  readonly actions: Leaf;
  /** [4] mean discounted return of the finished episodes, and how many these are; smallest and largest reward */
  readonly logged: Leaf;
  readonly [key: string]: Leaf;
}

/** A state that {@link estimateResult} can read. */
export interface JudgingState {
  /** Where episodes begin. */
  readonly starts: Starts<tf.Tensor>;
  readonly [key: string]: Tree<tf.Tensor>;
}

/** What an estimate is made of: values are in the units of the data's rewards. */
export type EstimateOptions<Config, State extends JudgingState, Part extends Tree<tf.Tensor>> = Judge<
  Config,
  State,
  Part,
  DatasetSpec
>;

/** Settings that every judge of a policy has. */
export interface JudgingConfig {
  /** Discount of future rewards. */
  readonly discount: number;
}

/** What a training says of a policy that it judges, in this process and as `estimate.json`. */
export type EstimateDefinition<Config, State> = ResultDefinition<
  Config,
  Loaded,
  State,
  DatasetSpec,
  Estimate
>;

/** Name of an estimate's file. */
export const ESTIMATE_FILE = 'estimate.json';

/** Makes the result of an algorithm that judges a policy, whose state has the `starts` of episodes. */
export function estimateResult<
  Config extends JudgingConfig,
  State extends JudgingState,
  Part extends Tree<tf.Tensor>,
>(options: EstimateOptions<Config, State, Part>): EstimateDefinition<Config, State> {
  const create = async (
    device: Device,
    parts: ResultParts<Config, Loaded, DatasetSpec>,
  ): Promise<Estimate> => {
    const { starts } = parts.state as { readonly starts: Starts<HostArray> };
    const { observations, actions, logged } = starts;
    const [loggedReturn, finished, least, most] = [...logged.data] as [number, number, number, number];
    const { discount } = parts.config;
    return {
      ...summarise(
        await judgeRows(device, options, parts, { observations: observations.data, actions: actions.data }),
      ),
      discount,
      logged: finished > 0 ? loggedReturn : null,
      attainable: attainableReturns(discount, least, most),
      policy: parts.loaded.identity!,
    };
  };
  return {
    kind: 'estimate',
    select: options.select,
    create,
    async save(folder, parts) {
      const estimate = await create(await openDevice('cpu'), parts);
      writeFileAtomic(join(folder, ESTIMATE_FILE), `${JSON.stringify(estimate, null, 2)}\n`);
    },
  };
}

/** Rewards without end, or none: an episode may be over at once. */
function attainableReturns(discount: number, least: number, most: number): Estimate['attainable'] {
  if (discount === 1) return null;
  return { low: Math.min(0, least) / (1 - discount), high: Math.max(0, most) / (1 - discount) };
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean over episodes of the mean over networks, and where it would lie in 95 of 100 draws of as many episodes (normal). */
function summarise(values: readonly number[][]) {
  const episodes = values[0]!.length;
  const means = Array.from({ length: episodes }, (_, i) => meanOf(values.map((own) => own[i]!)));
  const value = meanOf(means);
  const squares = means.reduce((sum, mean) => sum + (mean - value) ** 2, 0);
  const margin = 1.96 * Math.sqrt(squares / (episodes - 1) / episodes);
  const interval = episodes > 1 ? { low: value - margin, high: value + margin } : null;
  return { value, interval, networks: values.map(meanOf), episodes };
}
