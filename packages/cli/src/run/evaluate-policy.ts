import type { DatasetWarning, Policy } from '@lamo/core';
import { type Episode, evaluate, hasReferenceReturns, mean, normalisedScore } from '@lamo/eval';
import { recordEpisodes, type ValueActions } from './record-episodes';
import type { EvaluationRecord, TrajectoriesRecord } from './records';

/** What to play, how often, from which seed. */
export interface EvaluationTask {
  readonly environment: string;
  /** For each target return. */
  readonly episodes: number;
  /** The returns that the policy is asked for, in raw units; empty if it follows no target. */
  readonly targetReturns: readonly number[];
  readonly seed: number;
  /** Whether it is one that the run makes on its way. */
  readonly inTraining: boolean;
  /** Of how many episodes it keeps what happened, for each target return. @default 0 */
  readonly record?: number;
  /** Judges what was done in the episodes that are kept. @default nothing does */
  readonly valueActions?: ValueActions;
  /** Threads that the physics is split over. @default 0: none but this one */
  readonly workers?: number;
  readonly signal?: AbortSignal | undefined;
  /** Called with what is doubtful about the task, and about what came of it. */
  readonly onWarning?: ((warning: DatasetWarning) => void) | undefined;
  /** Called after each episode with the number of those that are over. */
  readonly onEpisode?: (done: number) => void;
}

/** What came of an evaluation with one target return, or with none. */
export interface EvaluationResult {
  readonly evaluation: EvaluationRecord;
  readonly trajectories?: TrajectoriesRecord;
}

/**
 * Plays a policy with all target returns side by side, and writes down the raw returns.
 *
 * @param step that the policy was trained to
 * @returns one result for each target, in their order
 * @throws LamoError what `evaluate` throws
 */
export async function evaluatePolicy(
  policy: Policy,
  step: number,
  task: EvaluationTask,
): Promise<EvaluationResult[]> {
  const { environment, onEpisode, inTraining: _, record = 0, valueActions, ...options } = task;
  const played: Episode[] = [];
  for await (const episode of evaluate(policy, environment, { ...options, record: record > 0 })) {
    played.push(episode);
    onEpisode?.(played.length);
  }
  // They end in any order; a file should not depend on it.
  played.sort((a, b) => a.index - b.index);
  const targets = new Set(played.map(({ targetReturn }) => targetReturn));
  const results: EvaluationResult[] = [];
  for (const target of targets) {
    const episodes = played.filter(({ targetReturn }) => targetReturn === target);
    const evaluation = toEvaluation(step, task, episodes);
    const recorded =
      record > 0 && (await recordEpisodes(evaluation, episodes, record, valueActions, options.onWarning));
    results.push(recorded ? { evaluation, trajectories: recorded } : { evaluation });
  }
  return results;
}

function toEvaluation(
  step: number,
  { environment, inTraining, seed }: EvaluationTask,
  played: readonly Episode[],
): EvaluationRecord {
  const returns = played.map((episode) => episode.return);
  return {
    step,
    environment,
    inTraining,
    targetReturn: played[0]!.targetReturn ?? null,
    seed,
    score: hasReferenceReturns(environment) ? normalisedScore(environment, mean(returns)) : null,
    returns,
    lengths: played.map(({ length }) => length),
    seeds: played.map((episode) => episode.seed),
  };
}
