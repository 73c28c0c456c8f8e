import { join } from 'node:path';
import type { LogProgress } from '../log/log-slices';
import { AGAIN, PROGRESS } from './prepared-manifest';
import type { Written } from './prepared-writer';
import { readSealed, writeSealed } from './sealed-file';
import type { Source } from './source';

/** How far a preparation has come: plain data. */
export interface SavedProgress {
  readonly source: Source;
  /** Files of the columns that it replaces: removed when it has come to its end. */
  readonly replaces: readonly string[];
  readonly written?: Written | undefined;
  readonly log?: LogProgress | undefined;
}

/** Saves in its folder how far a preparation has come. @throws LamoError `disk-full`, `not-writable` */
export function saveProgress(folder: string, progress: SavedProgress): void {
  writeSealed(join(folder, PROGRESS), progress);
}

/** Reads how far a preparation has come; undefined if none was begun. @throws LamoError `damaged-file`, `not-readable`, `dataset-version` */
export function readProgress(folder: string): SavedProgress | undefined {
  return readSealed(join(folder, PROGRESS), AGAIN) as SavedProgress | undefined;
}
