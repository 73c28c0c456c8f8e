import { type DistinctRuns, distinctRuns } from '../run/distinct-runs';
import { type RunRecord, readRun } from './run-record';

/** Runs that were read from their folders. */
export interface ReadRuns extends Pick<DistinctRuns, 'repeated'> {
  /** Each run once, in the order of the paths. */
  readonly runs: readonly RunRecord[];
}

/** Reads runs from their folders, each once. @throws LamoError as {@link readRun} */
export function readRuns(given: readonly string[]): ReadRuns {
  const { paths, repeated } = distinctRuns(given);
  return { runs: paths.map(readRun), repeated };
}
