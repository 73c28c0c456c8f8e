import { findAlgorithm } from '@lamo/algos';
import { LamoError } from '@lamo/core';
import { joinWords } from '../report/join-words';
import { readPolicyManifest } from '../run/read-manifest';
import type { RecordedEpisode, TrajectoriesRecord } from '../run/records';
import { readTrajectories } from '../run/run-files';
import { findRun } from '../run/run-folder';
import type { RecordingSummary, ViewData } from './view-data';

/** An episode of which is known what happened in it. */
export type PlayableEpisode = RecordedEpisode & { readonly rewards: readonly number[] };

/** Episodes of one evaluation that can be played. */
export interface PlayableRecording extends Omit<TrajectoriesRecord, 'episodes'> {
  /** In the order in which they were started. */
  readonly episodes: readonly PlayableEpisode[];
}

/** What was recorded of a run. */
export interface RunRecordings {
  /** The algorithm, for people. */
  readonly algorithm: string;
  /** At least one; the latest first. */
  readonly recordings: readonly PlayableRecording[];
}

/**
 * Reads the recorded episodes of a run.
 *
 * @param environment only of this one, if given
 * @throws LamoError `not-a-run`, `not-a-policy`, `damaged-manifest`, `damaged-file`, `no-recording`
 */
export function readRecordings(path: string, environment?: string): RunRecordings {
  const folder = findRun(path);
  const { algorithm } = readPolicyManifest(folder.manifest);
  const all = readTrajectories(folder);
  const recordings = all
    .filter(
      (recording) =>
        environment === undefined || [environment, environment.toLowerCase()].includes(recording.environment),
    )
    .flatMap((recording) => {
      const episodes = recording.episodes.filter(isPlayable);
      return episodes.length === 0 ? [] : [{ ...recording, episodes }];
    })
    .sort((a, b) => b.step - a.step || (b.targetReturn ?? 0) - (a.targetReturn ?? 0));
  if (recordings.length === 0) throw noRecording(path, all, environment);
  return { algorithm: findAlgorithm(algorithm).title, recordings };
}

/** Sums recordings up for the page. */
export function summariseRecordings({ algorithm, recordings }: RunRecordings): ViewData {
  const places = [...new Set(recordings.map(({ environment }) => environment))];
  return { title: `${algorithm} in ${joinWords(places)}`, recordings: recordings.map(summarise) };
}

function summarise({ step, environment, targetReturn, episodes }: PlayableRecording): RecordingSummary {
  return {
    step,
    environment,
    targetReturn,
    episodes: episodes.map(({ seed, return: sum, rewards, terminated = false }) => ({
      ...{ seed, return: sum, length: rewards.length, terminated },
    })),
  };
}

function isPlayable(episode: RecordedEpisode): episode is PlayableEpisode {
  return episode.rewards !== undefined;
}

function noRecording(
  path: string,
  all: readonly TrajectoriesRecord[],
  environment: string | undefined,
): LamoError {
  const where = environment === undefined ? '' : ` in ${environment}`;
  const places = [...new Set(all.map((recording) => recording.environment))];
  const elsewhere = places.length === 0 ? 'no recording' : `recordings in ${joinWords(places)}`;
  return new LamoError({
    where: 'cli/view',
    code: 'no-recording',
    problem: `No episode of ${path}${where} was recorded with its rewards`,
    expected: 'a file in its folder trajectories, as `lamo evaluate --record` makes it',
    received: elsewhere,
    hint: `Record some: lamo evaluate ${path} --episodes 5 --record${environment === undefined ? '' : ` --environment ${environment}`}`,
  });
}
