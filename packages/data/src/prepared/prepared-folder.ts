import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LamoError, writeError } from '@lamo/core';
import { access } from '../formats/place';
import { readProgress, type SavedProgress } from './prepare-progress';
import { MANIFEST, PROGRESS, type PreparedManifest, readManifest } from './prepared-manifest';
import type { Layout } from './prepared-writer';

/** What is in the folder of a prepared dataset: a whole one, one that is being prepared, or both where that will replace it. */
export interface PreparedFolder {
  readonly manifest?: PreparedManifest | undefined;
  readonly progress?: SavedProgress | undefined;
}

/**
 * Looks into a folder. How far a replacement has come does not matter where a whole dataset is: what is damaged there is as good as none.
 *
 * @param overwrite whether a damaged description of a dataset is as good as none, too
 * @throws LamoError `damaged-file`, `not-readable`, `dataset-version`
 */
export function lookInto(folder: string, overwrite: boolean): PreparedFolder {
  const look = <T>(read: (folder: string) => T, mayBeDamaged: boolean): T | undefined => {
    try {
      return read(folder);
    } catch (error) {
      if (mayBeDamaged && LamoError.isInstance(error) && error.code === 'damaged-file') return undefined;
      throw error;
    }
  };
  const manifest = look(readManifest, overwrite);
  return { manifest, progress: look(readProgress, manifest !== undefined) };
}

/** Refuses a folder with anything else than what is prepared. @throws LamoError `folder-exists`, `not-readable` */
export function checkOwn(folder: string, { manifest, progress }: PreparedFolder): void {
  if (!existsSync(folder)) return;
  const own = [MANIFEST, PROGRESS, ...filesOf(manifest), ...filesOfProgress(progress)];
  const others = access(folder, () => readdirSync(folder)).filter(
    (name) => !own.includes(name) && !PASSING.test(name),
  );
  if (others.length === 0) return;
  throw new LamoError({
    where: 'data/prepared',
    code: 'folder-exists',
    problem: `${folder} has files in it that are not of a prepared dataset`,
    expected: 'a folder that has no others, is empty, or does not exist yet',
    received: others.slice(0, 4).join(', '),
    hint: 'Remove them if nobody needs them, or name another folder.',
  });
}

/** What processes have there while they work, and systems that show folders. */
const PASSING = /^(\.|lock\.json(\.|$))/;

/** Removes what a preparation has written, but for what is part of a whole dataset. */
export function removeBegun(folder: string, { manifest, progress }: PreparedFolder): void {
  const kept = filesOf(manifest);
  removeFiles(
    folder,
    filesOfProgress(progress).filter((name) => !kept.includes(name)),
  );
}

/** Removes what a preparation has replaced, and what said how far it had come: it has come to its end. */
export function settle(folder: string, manifest: PreparedManifest, { replaces }: SavedProgress): void {
  const kept = filesOf(manifest);
  removeFiles(folder, [...replaces.filter((name) => !kept.includes(name)), PROGRESS]);
}

/** Names of the files of columns. */
export function filesOf({ columns }: Pick<Layout, 'columns'> = { columns: [] }): readonly string[] {
  return columns.map(({ file }) => file);
}

function filesOfProgress(progress?: SavedProgress): readonly string[] {
  return progress === undefined ? [] : [...progress.replaces, ...filesOf(progress.written?.layout)];
}

function removeFiles(folder: string, names: readonly string[]): void {
  for (const name of names) {
    try {
      rmSync(join(folder, name), { force: true });
    } catch (cause) {
      throw writeError(join(folder, name), cause);
    }
  }
}
