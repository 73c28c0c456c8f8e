import { checkCount, type DatasetWarning, LamoError, type Policy, Rng } from '@lamo/core';
import type { EnvironmentSource } from './pool/environment-source';
import { openPool } from './pool/open-pool';
import { rolloutPool } from './rollout';
import type { Trajectory } from './trajectory';

/** One finished episode of {@link evaluate}. */
export interface Episode {
  /** 0 for the first episode. Episodes may end in any order. */
  readonly index: number;
  /** The seed that the environment was reset with: equal seeds give equal starts. */
  readonly seed: number;
  /** The return that the policy was told to aim for, if any. */
  readonly targetReturn?: number;
  /** Undiscounted sum of rewards. */
  readonly return: number;
  /** Number of steps. */
  readonly length: number;
  /** True if the task ended, false if the time limit cut it. */
  readonly terminated: boolean;
  /** Observations, actions and rewards, if `record` is set. */
  readonly trajectory?: Trajectory;
}

/** Options of {@link evaluate}. */
export interface EvaluateOptions {
  /** How many episodes; with {@link targetReturns}, how many for each. Infinity continues until the caller stops. @default 10 */
  readonly episodes?: number;
  /**
   * Returns that the policy is told to aim for, in raw units. The episodes of all targets run side by side, and each target is
   * tried from the same starts. @default none: a policy that follows a target takes its own
   */
  readonly targetReturns?: readonly number[];
  /** Episode i (of each target) starts from a seed derived from this one and i, whatever the batch size. @default 0 */
  readonly seed?: number;
  /** How many episodes run side by side. @default all, at most 100 */
  readonly batch?: number;
  /**
   * Threads that the physics is split over, while the policy acts in this one: at most one for each episode of the batch. Episodes are
   * the same, to the bit and in the same order, for any number. An environment of one's own must then be one that a module exports.
   * @default 0: none but this one
   */
  readonly workers?: number;
  /** Called with what is doubtful about these options, before anything is played. @default nobody is told */
  readonly onWarning?: ((warning: DatasetWarning) => void) | undefined;
  /** Keeps the trajectories. @default false */
  readonly record?: boolean;
  /** When aborted, the evaluation ends with its reason as the error. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Evaluates a policy and yields episodes as they end. Episodes run in batches; each batch resets the policy,
 * and the next one starts when all its episodes have ended. Environments are disposed at the end, even if
 * the caller stops early.
 *
 * @param environment an id (`hopper-v4`), what `defineEnvironment` made, or a function that creates an environment of one's own
 * @throws LamoError `unknown-environment`, `out-of-range`, `environment-spec`, and what {@link rollout} throws if the policy or the
 *   environment returns something invalid
 * @example
 * const returns = [];
 * for await (const episode of evaluate(policy, 'hopper-v4', { episodes: 10, seed: 1 })) {
 *   returns.push(episode.return);
 * }
 */
export async function* evaluate(
  policy: Policy,
  environment: EnvironmentSource,
  options: EvaluateOptions = {},
): AsyncGenerator<Episode, void, void> {
  const { episodes = 10, targetReturns = [], seed = 0, workers = 0, record = false, signal } = options;
  const total = episodes * Math.max(1, targetReturns.length);
  const batch = Math.min(options.batch ?? 100, total);
  if (episodes !== Number.POSITIVE_INFINITY) checkCount('eval/evaluate', 'episodes', episodes);
  checkCount('eval/evaluate', 'batch', batch);
  checkTargets(targetReturns);
  if (workers > batch) options.onWarning?.(idleWorkers(workers, batch));
  const pool = await openPool(environment, batch, workers);
  try {
    for (let first = 0; first < total; first += batch) {
      const count = Math.min(batch, total - first);
      const planned = Array.from({ length: count }, (_, slot) =>
        planEpisode(first + slot, seed, targetReturns),
      );
      const seeds = planned.map((episode) => episode.seed);
      const targets = planned.flatMap(({ targetReturn = [] }) => targetReturn);
      const rolloutOptions = { targetReturns: targets, record, signal };
      for await (const { slot, ...episode } of rolloutPool(policy, pool, seeds, rolloutOptions)) {
        yield { ...planned[slot]!, ...episode };
      }
    }
  } finally {
    await pool.dispose();
  }
}

function idleWorkers(workers: number, episodes: number): DatasetWarning {
  const together = episodes === 1 ? 'one episode is' : `${episodes} episodes are`;
  return {
    code: 'idle-workers',
    message: `Of ${workers} threads (workers), ${workers - episodes} have nothing to do: only ${together} played side by side, and each needs at most one thread.`,
  };
}

/** Derives the seed of an episode, a 32-bit integer, from that of the evaluation and the start's number. */
export function episodeSeed(seed: number, index: number): number {
  return Rng.fromSeed(seed).split(`episode ${index}`).uint32();
}

type PlannedEpisode = Pick<Episode, 'index' | 'seed' | 'targetReturn'>;

/** With n targets, every n consecutive episodes have the same start and one of the targets each. */
function planEpisode(index: number, seed: number, targetReturns: readonly number[]): PlannedEpisode {
  const count = targetReturns.length;
  if (count === 0) return { index, seed: episodeSeed(seed, index) };
  const targetReturn = targetReturns[index % count]!;
  return { index, seed: episodeSeed(seed, Math.floor(index / count)), targetReturn };
}

function checkTargets(targetReturns: readonly number[]): void {
  const wrong = targetReturns.find(
    (target, i) => !Number.isFinite(target) || targetReturns.indexOf(target) < i,
  );
  if (wrong === undefined) return;
  throw new LamoError({
    where: 'eval/evaluate',
    code: 'out-of-range',
    problem: '`targetReturns` is not valid',
    expected: 'finite numbers, each once',
    received: targetReturns.join(', '),
  });
}
