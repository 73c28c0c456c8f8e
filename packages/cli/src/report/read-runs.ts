import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { findRun } from '../run/run-folder';
import { type RunRecord, readRun } from './run-record';

/** Runs that were read from their folders. */
export interface ReadRuns {
  /** Each run once, in the order of the paths. */
  readonly runs: readonly RunRecord[];
  /** Paths that lead to a run that is there already, and how it was named before. */
  readonly repeated: readonly { readonly path: string; readonly earlier: string }[];
}

/**
 * Reads runs from their folders, each once: whoever names a folder twice, through a link or in another spelling, has no
 * second run of it.
 *
 * @throws LamoError as {@link readRun}
 */
export function readRuns(paths: readonly string[]): ReadRuns {
  const places = new Map<string, RunRecord>();
  const repeated: { path: string; earlier: string }[] = [];
  for (const path of paths) {
    // The manifest's place, so that a folder whose manifest is a link is known, too.
    const place = dirname(realpathSync.native(findRun(path).manifest));
    const earlier = places.get(place);
    if (earlier === undefined) places.set(place, readRun(path));
    else repeated.push({ path, earlier: earlier.path });
  }
  return { runs: [...places.values()], repeated };
}
