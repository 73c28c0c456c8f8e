import { join } from 'node:path';
import { type ActionSpace, type ObservationSpace, parseRecord } from '@lamo/core';
import { z } from 'zod';
import type { LogProgress } from '../log/log-slices';
import { PROGRESS, preparedSource, REMOVE, storedColumn } from './prepared-manifest';
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

/** Names of files are looked at closely: they are removed in the end. */
const savedProgress: z.ZodType<SavedProgress> = z.looseObject({
  source: preparedSource,
  replaces: z.array(storedColumn.shape.file),
  written: z
    .looseObject({
      rows: z.int().min(0),
      layout: z.looseObject({
        observationSize: z.int().positive(),
        observationSpace: z.custom<ObservationSpace>().exactOptional(),
        actionSize: z.int().positive(),
        actionSpace: z.custom<ActionSpace>().exactOptional(),
        columns: z.array(storedColumn),
      }),
      sums: z.array(z.int().min(0)),
    })
    .exactOptional(),
  log: z.custom<LogProgress>().exactOptional(),
});

/** Saves in its folder how far a preparation has come. @throws LamoError `disk-full`, `not-writable` */
export function saveProgress(folder: string, progress: SavedProgress): void {
  writeSealed(join(folder, PROGRESS), progress);
}

/** Reads how far a preparation has come; undefined if none was begun. @throws LamoError `damaged-file`, `not-readable`, `dataset-version` */
export function readProgress(folder: string): SavedProgress | undefined {
  const name = join(folder, PROGRESS);
  const record = readSealed(name, REMOVE);
  if (record === undefined) return undefined;
  const origin = { where: 'data/prepared', name, kind: 'how far a preparation has come', hint: REMOVE };
  return parseRecord(savedProgress, record, origin);
}
