import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { writeFileAtomic } from '../atomic-file';
import { makeFolder } from '../make-folder';
import { writeError } from '../write-error';

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
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
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

/** Makes a blob appear in a snapshot: as a link, or as a copy where the system allows no links. */
export function linkBlob(blob: string, path: string): void {
  makeFolder(dirname(path));
  try {
    rmSync(path, { force: true });
    try {
      symlinkSync(relative(dirname(path), blob), path);
    } catch {
      copyFileSync(blob, path);
    }
  } catch (cause) {
    throw writeError(path, cause);
  }
}
