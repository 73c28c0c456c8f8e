import type { Episode } from '@lamo/eval';
import type { EvaluationRecord, RecordedEpisode, TrajectoriesRecord } from './records';

/** Episodes of a recording, unless another number is asked for. */
export const RECORDED_EPISODES = 50;

/** A recording has no more numbers than this, about 30 MB, but one episode at least. */
const MOST_NUMBERS = 4_000_000;

/**
 * Puts the first episodes of an evaluation down as a recording, to be drawn and played.
 *
 * @param played episodes with trajectories, at least one
 * @param count how many to keep; fewer where they would take more than 4,000,000 numbers
 */
export function recordEpisodes(
  { step, environment, targetReturn }: EvaluationRecord,
  played: readonly Episode[],
  count: number,
): TrajectoriesRecord {
  const { length, trajectory } = played[0]!;
  const episodes: RecordedEpisode[] = [];
  let numbers = 0;
  for (const episode of played.slice(0, count)) {
    const recorded = recordEpisode(episode);
    numbers += countNumbers(recorded);
    if (numbers > MOST_NUMBERS && episodes.length > 0) break;
    episodes.push(recorded);
  }
  const observationSize = trajectory!.observations.length / (length + 1);
  return { step, environment, targetReturn, observationSize, episodes };
}

function recordEpisode({ seed, return: sum, terminated, trajectory }: Episode): RecordedEpisode {
  const { observations, actions, rewards, infos } = trajectory!;
  return {
    seed,
    return: sum,
    observations: rounded(observations, 4),
    terminated,
    actions: rounded(actions, 4),
    // Sums of them are shown.
    rewards: rounded(rewards, 6),
    ...(infos.qpos === undefined ? {} : { qpos: rounded(infos.qpos.data, 4) }),
  };
}

function countNumbers({ observations, actions = [], rewards = [], qpos = [] }: RecordedEpisode): number {
  return observations.length + actions.length + rewards.length + qpos.length;
}

function rounded(values: ArrayLike<number>, digits: number): number[] {
  const scale = 10 ** digits;
  return Array.from(values, (value) => Math.round(value * scale) / scale);
}
