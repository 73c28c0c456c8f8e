import type { ActionValues, Visited } from '@lamo/algos';
import type { ColumnArray, DatasetWarning } from '@lamo/core';
import type { Episode } from '@lamo/eval';
import type { EvaluationRecord, RecordedEpisode, TrajectoriesRecord } from './records';

/** Episodes of a recording, unless another number is asked for. */
export const RECORDED_EPISODES = 50;

/** A recording has no more numbers than this, about 30 MB, but one episode at least. */
const MOST_NUMBERS = 4_000_000;

const NO_VALUES: DatasetWarning = {
  code: 'values-not-finite',
  message:
    'The critics value some of the actions that were played at no finite number: values are left out of the recording. Their training has diverged; look at its losses.',
};

/** Says what actions are worth that were taken; undefined where nothing judges them. */
export type ValueActions = (visited: Visited) => Promise<ActionValues | undefined>;

/**
 * Puts the first episodes of an evaluation down as a recording, to be drawn and played.
 *
 * @param played episodes with trajectories, at least one
 * @param count how many to keep; fewer where they would take more than 4,000,000 numbers
 * @param valueActions judges what was done, if anything does
 * @param onWarning hears of values that cannot be recorded, because they are no numbers
 */
export async function recordEpisodes(
  { step, environment, targetReturn }: EvaluationRecord,
  played: readonly Episode[],
  count: number,
  valueActions: ValueActions = async () => undefined,
  onWarning?: (warning: DatasetWarning) => void,
): Promise<TrajectoriesRecord> {
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
  const record = { step, environment, targetReturn, observationSize, episodes };
  const judged = await valueActions(joinVisited(played.slice(0, episodes.length)));
  if (judged === undefined) return record;
  if (Array.from(judged.values).every(Number.isFinite)) return addValues(record, judged);
  onWarning?.(NO_VALUES);
  return record;
}

/** What was observed and done in all episodes, one after the other; no action follows the last observation of each. */
function joinVisited(played: readonly Episode[]): Visited {
  const parts = played.map(({ length, trajectory }) => {
    const { observations, actions } = trajectory!;
    return { observations: observations.subarray(0, (observations.length / (length + 1)) * length), actions };
  });
  return {
    observations: join(parts.map((part) => part.observations)),
    actions: join(parts.map((part) => part.actions)),
  };
}

/** Joins arrays of one kind. */
function join<Column extends ColumnArray>(arrays: readonly Column[]): Column {
  const total = arrays.reduce((sum, { length }) => sum + length, 0);
  const joined = new (arrays[0]!.constructor as new (length: number) => Column)(total);
  let at = 0;
  for (const array of arrays) {
    joined.set(array, at);
    at += array.length;
  }
  return joined;
}

function addValues(record: TrajectoriesRecord, { values, rewards }: ActionValues): TrajectoriesRecord {
  let at = 0;
  const episodes = record.episodes.map((episode) => {
    const end = at + episode.rewards!.length;
    const own = values.slice(at, end);
    at = end;
    return { ...episode, values: rounded(own, 6) };
  });
  return { ...record, valueRewards: rewards, episodes };
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
