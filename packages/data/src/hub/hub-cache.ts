import { randomUUID } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { makeFolder, writeError, writeFileAtomic } from '@lamo/core';

/**
 * One repository in the cache that Python's `huggingface_hub` uses too:
 *
 * ```text
 * models--openai-community--gpt2/
 *   blobs/<hash>                     each file once, `<hash>.incomplete` while it arrives
 *   refs/main                        the commit that a branch stood at
 *   snapshots/<commit>/config.json   a link to its blob
 * ```
 */
export interface RepositoryCache {
  readonly folder: string;
}

/** Finds a repository's place in the cache, which may not exist yet. */
export function repositoryCache(cacheFolder: string, type: string, name: string): RepositoryCache {
  return { folder: join(cacheFolder, [`${type}s`, ...name.split('/')].join('--')) };
}

/** Tells full commit hashes from branches and tags. */
export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}

/** Reads which commit a revision stood at when it was last fetched. */
export function readRevision({ folder }: RepositoryCache, revision: string): string | undefined {
  if (isCommit(revision)) return revision;
  const path = join(folder, 'refs', revision);
  const commit = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  return isSafeName(commit) ? commit : undefined;
}

/** Tells whether a commit or hash, which may come from a server, is safe as a file name in the cache. */
export function isSafeName(name: string): boolean {
  return /^\w[\w.-]{0,127}$/.test(name) && !name.endsWith('.incomplete');
}

/** Tells whether a path from a server, or a revision, stays within the folder that it is joined to. */
export function staysInside(path: string): boolean {
  const isSafe = (part: string) => part !== '' && part !== '.' && part !== '..' && part.length <= 200;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they cannot be in names of files.
  return !/[\\\x00-\x1f]|^\w:/.test(path) && path.length <= 1000 && path.split('/').every(isSafe);
}

/** Remembers which commit a revision stands at. @throws LamoError `disk-full`, `not-writable` */
export function writeRevision(cache: RepositoryCache, revision: string, commit: string): void {
  if (isCommit(revision) || readRevision(cache, revision) === commit) return;
  const path = join(cache.folder, 'refs', revision);
  makeFolder(dirname(path));
  writeFileAtomic(path, commit);
}

/** Path of a file in a snapshot, whether it is there or not. */
export function snapshotPath({ folder }: RepositoryCache, commit: string, file: string): string {
  return join(folder, 'snapshots', commit, file);
}

/** Path of a blob, whether it is there or not. */
export function blobPath({ folder }: RepositoryCache, hash: string): string {
  return join(folder, 'blobs', hash);
}

/** Lists the files of a snapshot that are on the disk. */
export function listSnapshot({ folder }: RepositoryCache, commit: string): string[] {
  return listFiles(join(folder, 'snapshots', commit));
}

/** Lists the files below a folder, with `/` between parts of a path. */
export function listFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name));
  return paths
    .filter(existsSync)
    .map((path) => relative(folder, path).replaceAll('\\', '/'))
    .sort();
}

/** Makes a blob appear in a snapshot at once: as a link, or as a copy where the system allows no links. */
export function linkBlob(blob: string, path: string): void {
  makeFolder(dirname(path));
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    try {
      symlinkSync(relative(dirname(path), blob), temporary);
    } catch {
      copyFileSync(blob, temporary);
    }
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    // Another process that fetched the same file may have been faster.
    if (!existsSync(path)) throw writeError(path, cause);
  }
}
