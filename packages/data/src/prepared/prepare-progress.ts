import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { LamoError, writeFileAtomic } from '@lamo/core';
import type { LogProgress } from '../log/log-slices';
import { AGAIN, PROGRESS, readJson, type Source } from './prepared-manifest';
import type { Written } from './prepared-writer';

/** How far a preparation has come: plain data. */
export interface SavedProgress {
  readonly source: Source;
  readonly written?: Written | undefined;
  readonly log?: LogProgress | undefined;
}

/** Saves in its folder how far a preparation has come. @throws LamoError `disk-full`, `not-writable` */
export function saveProgress(folder: string, progress: SavedProgress): void {
  const state = JSON.stringify(progress);
  writeFileAtomic(join(folder, PROGRESS), JSON.stringify({ crc32: crc32(state), state }));
}

/** Reads how far a preparation has come; undefined if none was begun. @throws LamoError `damaged-file` */
export function readProgress(folder: string): SavedProgress | undefined {
  const path = join(folder, PROGRESS);
  if (!existsSync(path)) return undefined;
  const saved = readJson(path) as { readonly crc32?: unknown; readonly state?: unknown } | null;
  if (typeof saved?.state === 'string' && crc32(saved.state) === saved.crc32) return JSON.parse(saved.state);
  throw new LamoError({
    where: 'data/prepared',
    code: 'damaged-file',
    problem: `${path} is not what was written there`,
    hint: AGAIN,
  });
}
