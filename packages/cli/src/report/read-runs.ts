import { type DistinctRuns, distinctRuns } from '../run/distinct-runs';
import { type FoundRuns, findRuns } from '../run/find-runs';
import { type RunRecord, readRun } from './run-record';

/** Runs that were read from their folders. */
export interface ReadRuns extends Pick<DistinctRuns, 'repeated'>, Pick<FoundRuns, 'leftOut'> {
  /** Each run once, in the order of the paths. */
  readonly runs: readonly RunRecord[];
}

/** Reads runs from their folders, or all that lie in a folder, each once. @throws LamoError as `findRuns` and {@link readRun} */
export function readRuns(given: readonly string[]): ReadRuns {
  const { paths: found, leftOut } = findRuns(given);
  const { paths, repeated } = distinctRuns(found);
  return { runs: paths.map(readRun), repeated, leftOut };
}
