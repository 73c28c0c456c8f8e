import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { findRun } from './run-folder';

/** Folders of runs, as somebody named them. */
export interface DistinctRuns {
  /** One path of each run, in their order. */
  readonly paths: readonly string[];
  /** Paths that lead to a run that is there already, and how it was named before. */
  readonly repeated: readonly { readonly path: string; readonly earlier: string }[];
}

/**
 * Finds paths that lead to the same run: naming a folder twice, through a link or in another spelling, does not make it two runs.
 *
 * @throws LamoError `not-a-run`
 */
export function distinctRuns(paths: readonly string[]): DistinctRuns {
  const places = new Map<string, string>();
  const repeated: { path: string; earlier: string }[] = [];
  for (const path of paths) {
    // The manifest's real path, so that a folder whose manifest is a link is recognised as well.
    const place = dirname(realpathSync.native(findRun(path).manifest));
    const earlier = places.get(place);
    if (earlier === undefined) places.set(place, path);
    else repeated.push({ path, earlier });
  }
  return { paths: [...places.values()], repeated };
}
