import type { Policy } from '@lamo/data';
import { type Episode, evaluate, hasReferenceReturns, mean, normalisedScore } from '@lamo/eval';
import type { EvaluationRecord, TrajectoriesRecord } from './records';

/** What to play, how often, from which seed. */
export interface EvaluationTask {
  readonly environment: string;
  readonly episodes: number;
  readonly seed: number;
  /** Keeps what the policy saw in the first episodes. @default false */
  readonly record?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Called after each episode with the number of those that are over. */
  readonly onEpisode?: (done: number) => void;
}

/** What came of an evaluation. */
export interface EvaluationResult {
  readonly evaluation: EvaluationRecord;
  readonly trajectories?: TrajectoriesRecord;
}

const MOST_TRAJECTORIES = 50;

/**
 * Plays a policy and writes down the raw returns.
 *
 * @param step that the policy was trained to
 * @throws LamoError what `evaluate` throws
 */
export async function evaluatePolicy(
  policy: Policy,
  step: number,
  { environment, episodes, seed, record = false, signal, onEpisode }: EvaluationTask,
): Promise<EvaluationResult> {
  const played: Episode[] = [];
  for await (const episode of evaluate(policy, environment, { episodes, seed, record, signal })) {
    played.push(episode);
    onEpisode?.(played.length);
  }
  // They end in any order; a file should not depend on it.
  played.sort((a, b) => a.index - b.index);
  const returns = played.map((episode) => episode.return);
  const evaluation = {
    step,
    environment,
    seed,
    score: hasReferenceReturns(environment) ? normalisedScore(environment, mean(returns)) : null,
    returns,
    lengths: played.map(({ length }) => length),
    seeds: played.map((episode) => episode.seed),
  };
  return record ? { evaluation, trajectories: toTrajectories(evaluation, played) } : { evaluation };
}

function toTrajectories(
  { step, environment }: EvaluationRecord,
  played: readonly Episode[],
): TrajectoriesRecord {
  const episodes = played.slice(0, MOST_TRAJECTORIES);
  const { length, trajectory } = episodes[0]!;
  return {
    step,
    environment,
    observationSize: trajectory!.observations.length / (length + 1),
    episodes: episodes.map(({ seed, return: episodeReturn, trajectory }) => ({
      seed,
      return: episodeReturn,
      observations: Array.from(trajectory!.observations, (value) => Math.round(value * 1e4) / 1e4),
    })),
  };
}
