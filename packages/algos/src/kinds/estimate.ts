import { join } from 'node:path';
import { writeFileAtomic } from '@lamo/core';
import { type Device, type HostArray, openDevice, type Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import type { Loaded } from '../engine/algorithm';
import type { ResultDefinition, ResultParts } from '../engine/result-kind';

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

/** What an estimate is made of. */
export interface EstimateOptions<Config, State extends JudgingState, Part extends Tree<tf.Tensor>> {
  /** Picks what values are computed from: networks, scalers. Works on any kind of leaf. */
  select(state: State): Part;
  /** Computes what each of N networks expects, [N, B], of actions [B, A] at observations [B, O], in the units of the data's rewards. */
  values(part: Part, observations: tf.Tensor, actions: tf.Tensor, config: Config): tf.Tensor2D;
}

/** Settings that every judge of a policy has. */
export interface JudgingConfig {
  /** Discount of future rewards. */
  readonly discount: number;
}

/** What a training says of a policy that it judges, in this process and as `estimate.json`. */
export type EstimateDefinition<Config, State> = ResultDefinition<Config, Loaded, State, unknown, Estimate>;

/** Name of an estimate's file. */
export const ESTIMATE_FILE = 'estimate.json';

/** Makes the result of an algorithm that judges a policy, whose state has the `starts` of episodes. */
export function estimateResult<
  Config extends JudgingConfig,
  State extends JudgingState,
  Part extends Tree<tf.Tensor>,
>(options: EstimateOptions<Config, State, Part>): EstimateDefinition<Config, State> {
  const create = async (device: Device, parts: ResultParts<Config, Loaded, unknown>): Promise<Estimate> => {
    const { logged } = startsOf(parts.state);
    const [loggedReturn, finished, least, most] = [...logged.data] as [number, number, number, number];
    const { discount } = parts.config;
    return {
      ...summarise(await valuesAtStarts(device, options, parts)),
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

const startsOf = (state: Tree<HostArray>) => (state as { readonly starts: Starts<HostArray> }).starts;

/** Starts that are looked at together: memory for all of a large log would be gigabytes. */
const ROWS = 1024;

/** Computes values [N][E]. */
async function valuesAtStarts<Config, State extends JudgingState, Part extends Tree<tf.Tensor>>(
  device: Device,
  { select, values }: EstimateOptions<Config, State, Part>,
  { state, config }: ResultParts<Config, Loaded, unknown>,
): Promise<readonly number[][]> {
  const { observations, actions } = startsOf(state);
  const [episodes, observationSize] = observations.shape as [number, number];
  const actionSize = actions.shape[1]!;
  const rows = Math.min(ROWS, episodes);
  const executable = await device.compile({
    // `select` only rearranges leaves, so it works on host arrays as on tensors.
    state: (select as unknown as (state: Tree<HostArray>) => Tree<HostArray>)(state),
    inputs: { observations: [rows, observationSize], actions: [rows, actionSize] },
    variants: {
      judge: (part: Tree<tf.Tensor>, inputs: Readonly<Record<string, tf.Tensor>>) => ({
        outputs: { values: values(part as Part, inputs.observations!, inputs.actions!, config) },
      }),
    },
  });
  try {
    let networks: number[][] | undefined;
    for (let start = 0; start < episodes; start += rows) {
      // The last ones may be fewer: what stands behind them is computed once more, and left out.
      const count = Math.min(rows, episodes - start);
      executable.inputs.observations!.set(cut(observations, start, count));
      executable.inputs.actions!.set(cut(actions, start, count));
      await executable.run('judge');
      const computed = executable.outputs.judge.values!;
      networks ??= Array.from({ length: computed.length / rows }, () => []);
      for (const [n, own] of networks.entries()) own.push(...computed.subarray(n * rows, n * rows + count));
    }
    return networks!;
  } finally {
    await executable.dispose();
  }
}

function cut({ data, shape }: HostArray, start: number, count: number): Float32Array {
  const width = shape[1]!;
  return data.subarray(start * width, (start + count) * width);
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
