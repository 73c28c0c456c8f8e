import type { Dataset, NetworkValues } from '@lamo/core';
import { type Device, openDevice } from '@lamo/runtime';
import { fqe } from '../algorithms/fqe';
import { resultParts } from '../engine/load-result';
import { type SettingsOf, train } from '../engine/train';
import { drawEpisodes } from '../ingredients/judging/draw-episodes';
import type { JudgedPolicy } from '../ingredients/judging/load-judged-policy';
import type { Estimate, EstimateDefinition } from '../kinds/estimate';
import type { PreparedLog } from './prepare-log';

/** Settings of {@link fitNetworkValues}. */
export interface NetworkValuesOptions {
  /** Gradient steps of FQE. */
  readonly steps: number;
  /** Settings of FQE: the discount, how the log is read. */
  readonly config: Omit<SettingsOf<typeof fqe>, 'policy'>;
  /** Networks, each with a sample of the episodes. @default 5 */
  readonly networks?: number;
  /** Draws the networks and their episodes. @default 0 */
  readonly seed?: number;
  /** @default the compiled `cpu` device */
  readonly device?: Device;
  /** Stops the training between two looks. */
  readonly signal?: AbortSignal;
  /** Called with how many steps are taken. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What FQE says of a log. */
export interface FittedValues {
  /** Of every row and every cut. */
  readonly values: NetworkValues;
  /** What FQE itself says at the end: whether it can be. */
  readonly estimate: Estimate;
}

/**
 * Trains FQE on a log, each network on a sample of its episodes, and asks the networks about every row.
 *
 * @param dataset as it was logged
 * @param log the same by `prepareLog`
 * @param policy that is judged
 * @throws LamoError as `train`
 */
export async function fitNetworkValues(
  dataset: Dataset,
  log: PreparedLog,
  policy: JudgedPolicy,
  { steps, config, networks = 5, seed = 0, signal, onProgress, ...options }: NetworkValuesOptions,
): Promise<FittedValues> {
  const device = options.device ?? (await openDevice('cpu'));
  const settings = { ...config, networks, resample: seed };
  const half = Math.ceil(steps / 2);
  // The policy is here already: nothing has to be found by a path.
  const judge = { ...fqe, load: async () => policy };
  const run = await train(judge, dataset, { steps, seed, config: settings, device, every: [100, half] });
  try {
    let before: Estimate | undefined;
    for await (const { step } of run) {
      signal?.throwIfAborted();
      onProgress?.(step, steps);
      if (step === half) before = await run.result();
    }
    const estimate = await run.result();
    const parts = await resultParts(judge, await run.checkpoint());
    const ask = (observations: Float32Array, actions: Float32Array) =>
      (fqe.result as Judging).values(device, parts as never, { observations, actions });
    const { discount, targetEvery } = run.config as {
      readonly discount: number;
      readonly targetEvery: number;
    };
    const values = await askNetworks(log, policy, ask, discount);
    const moved = estimate.value - (before ?? estimate).value;
    const drift = driftOf(moved, { discount, steps: half, targetEvery });
    return { values: { ...values, counts: drawEpisodes(dataset, networks, seed), drift }, estimate };
  } finally {
    await run.dispose();
  }
}

/**
 * How far an estimate may still move. What is missing of the future shrinks by γ each time that targets are replaced, so after as many
 * replacements as the second half of the steps made, a share r of it is left: if that half moved it by m, then m r / (1 − r) is still to
 * come. Where r is small, it was chance that moved it, and may do so again by m.
 *
 * @param moved m, in so many `steps`
 */
export function driftOf(
  moved: number,
  {
    discount,
    steps,
    targetEvery,
  }: { readonly discount: number; readonly steps: number; readonly targetEvery: number },
): number {
  const left = discount ** (steps / targetEvery);
  return left < 1 ? Math.abs(moved) * Math.max(1, left / (1 - left)) : Number.MAX_VALUE;
}

type Judging = typeof fqe.result & Pick<EstimateDefinition<unknown, unknown>, 'values'>;

type Ask = (observations: Float32Array, actions: Float32Array) => Promise<readonly number[][]>;

async function askNetworks(
  { data }: PreparedLog,
  policy: JudgedPolicy,
  ask: Ask,
  discount: number,
): Promise<Omit<NetworkValues, 'counts' | 'drift'>> {
  const observations = data.observations as Float32Array;
  const logged = await ask(observations, data.actions);
  const own = await ask(observations, await policy.act(observations));
  return { logged, policy: own, cuts: await cutValues(data, policy, ask, { logged, discount }) };
}

/**
 * What follows the last row of each episode: nothing where it terminated; V of what was observed next, where that was logged; and where
 * it was not, as much as Q(s, a) leaves after the last reward, so that the row says nothing new.
 *
 * @returns [K][E]
 */
export async function cutValues(
  data: Dataset,
  policy: Pick<JudgedPolicy, 'act'>,
  ask: Ask,
  { logged, discount }: { readonly logged: readonly (readonly number[])[]; readonly discount: number },
): Promise<number[][]> {
  const last = Array.from(data.episodeEnds, (end) => end - 1);
  const next = data.nextObservations === undefined ? undefined : rowsOf(data.nextObservations, last, data);
  const after = next && (await ask(next, await policy.act(next)));
  const guess = (k: number, row: number) =>
    discount === 0 ? 0 : (logged[k]![row]! - data.rewards[row]!) / discount;
  return logged.map((_, k) =>
    last.map((row, episode) =>
      data.terminated[row] === 1 ? 0 : after === undefined ? guess(k, row) : after[k]![episode]!,
    ),
  );
}

/** Copies some rows of observations. */
function rowsOf(
  observations: ArrayLike<number>,
  rows: readonly number[],
  { observationSize }: Pick<Dataset, 'observationSize'>,
): Float32Array {
  const copied = new Float32Array(rows.length * observationSize);
  for (const [i, row] of rows.entries())
    for (let o = 0; o < observationSize; o++)
      copied[i * observationSize + o] = observations[row * observationSize + o]!;
  return copied;
}
