import { join } from 'node:path';
import { writeFileAtomic } from '@lamo/core';
import { type Device, type HostArray, openDevice, type Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import type { Loaded } from '../engine/algorithm';
import type { ResultDefinition, ResultParts } from '../engine/result-kind';
import { type Judge, judgeRows } from '../ingredients/judging/judge-rows';
import type { DatasetSpec } from './dataset';
import type { Visited } from './policy';

/** What a policy is worth by logged data alone, in the units of their rewards. */
export interface Estimate {
  /** Discounted return that is expected of the policy, the mean over the first observations of all episodes. */
  readonly value: number;
  /**
   * 95 % interval of that mean, as if other episodes had begun; null if there is one episode. How wrong the networks are is in it as
   * far as chance goes if each learned from a sample of the episodes ({@link resampled}), and otherwise not at all.
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
  /** True if each network learned from a sample of the episodes. @default false */
  readonly resampled?: boolean;
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
  /** Seed of the episodes that each network learns from. @default null: all of them */
  readonly resample?: number | null;
}

/** What a training says of a policy that it judges, in this process and as `estimate.json`. */
export interface EstimateDefinition<Config, State>
  extends ResultDefinition<Config, Loaded, State, DatasetSpec, Estimate> {
  /**
   * Computes what each of N networks thinks of actions, in the units of the data's rewards.
   *
   * @param visited with actions as batches have them
   * @returns [N][rows]
   */
  values(
    device: Device,
    parts: ResultParts<Config, Loaded, DatasetSpec>,
    visited: Visited,
  ): Promise<readonly number[][]>;
}

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
    const { discount, resample = null } = parts.config;
    const beginnings = { observations: observations.data, actions: actions.data };
    return {
      ...summarise(await judgeRows(device, options, parts, beginnings), resample !== null),
      discount,
      logged: finished > 0 ? loggedReturn : null,
      attainable: attainableReturns(discount, least, most),
      policy: parts.loaded.identity!,
      ...(resample === null ? {} : { resampled: true }),
    };
  };
  return {
    kind: 'estimate',
    select: options.select,
    create,
    values: (device, parts, visited) => judgeRows(device, options, parts, visited),
    async save(folder, parts) {
      const estimate = await create(await openDevice('cpu'), parts);
      writeFileAtomic(join(folder, ESTIMATE_FILE), `${JSON.stringify(estimate, null, 2)}\n`);
    },
  };
}

/** What lies outside of what can be by no more than a hundredth of it may be rounding, or a network that is nearly right. */
const SLACK = 0.01;

/** Tells whether no policy can be worth what an estimate says: its networks have diverged. */
export function isImpossible({
  value,
  networks,
  attainable,
}: Pick<Estimate, 'value' | 'networks' | 'attainable'>): boolean {
  if (attainable === null) return false;
  const { low, high } = attainable;
  const slack = SLACK * (high - low);
  return [value, ...networks].some((each) => each < low - slack || each > high + slack);
}

/** Rewards without end, or none: an episode may be over at once. */
function attainableReturns(discount: number, least: number, most: number): Estimate['attainable'] {
  if (discount === 1) return null;
  return { low: Math.min(0, least) / (1 - discount), high: Math.max(0, most) / (1 - discount) };
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * The mean over episodes of the mean over networks, and where it would lie in 95 of 100 draws of as many episodes (normal); if each
 * network learned from such a draw, of as many networks as well (Student's t).
 */
function summarise(values: readonly number[][], resampled: boolean) {
  const episodes = values[0]!.length;
  const means = Array.from({ length: episodes }, (_, i) => meanOf(values.map((own) => own[i]!)));
  const value = meanOf(means);
  const networks = values.map(meanOf);
  const ofEpisodes = 1.96 * (deviation(means) / Math.sqrt(episodes));
  const ofNetworks =
    resampled && networks.length > 1 ? studentQuantile(networks.length - 1) * deviation(networks) : 0;
  const margin = Math.hypot(ofEpisodes, ofNetworks);
  const interval = episodes > 1 ? { low: value - margin, high: value + margin } : null;
  return { value, interval, networks, episodes };
}

/** Of the population that the values are a sample of. */
function deviation(values: readonly number[]): number {
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** The 0.975 quantile of Student's t, within a hundredth: to the third order from the normal one (Peiser 1943), and as tabled for 1 to 4. */
function studentQuantile(degrees: number): number {
  const tabled = [12.706, 4.303, 3.182, 2.776][degrees - 1];
  return tabled ?? 1.96 + 2.3723 / degrees + 2.8223 / degrees ** 2;
}
