import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { refuseOtherFile } from './refuse-other-file';
import { findRun, lastCheckpoint, type RunFolder, runFolder } from './run-folder';

/** A checkpoint, and the run that it belongs to, if it lies in one. */
export interface LocatedCheckpoint {
  readonly path: string;
  readonly folder: RunFolder | undefined;
}

/**
 * Finds a checkpoint by its own path, or the last one of a run by the run's folder.
 *
 * @throws LamoError `not-a-run`, `no-checkpoint`, `other-file`
 */
export function locateCheckpoint(path: string): LocatedCheckpoint {
  refuseOtherFile(path, 'the folder of a run, or a checkpoint (.safetensors)');
  if (existsSync(path) && statSync(path).isFile()) {
    const folder = runFolder(dirname(dirname(path)));
    return { path, folder: existsSync(folder.manifest) ? folder : undefined };
  }
  const folder = findRun(path);
  return { path: lastCheckpoint(folder), folder };
}
