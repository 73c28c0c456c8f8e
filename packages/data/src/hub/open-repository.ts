import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LamoError, makeFolder, writeError } from '@lamo/core';
import { downloadFile, type RemoteFile } from './download-file';
import {
  blobPath,
  isSafeName,
  linkBlob,
  listFiles,
  listSnapshot,
  type RepositoryCache,
  readRevision,
  repositoryCache,
  snapshotPath,
  staysInside,
  writeRevision,
} from './hub-cache';
import { missingFile, notCached, refused, unexpectedAnswer } from './hub-errors';
import { readText, request, retry } from './hub-request';
import { type HubOptions, type HubSettings, hubSettings } from './hub-settings';
import { OWNERLESS_NAMES } from './ownerless-names';

/** Options of {@link openRepository}. */
export interface RepositoryOptions extends HubOptions {
  /** @default model */
  readonly type?: 'model' | 'dataset';
  /** Branch, tag or commit. @default main */
  readonly revision?: string;
}

/** Files under one name: a local folder, or a repository of the Hugging Face hub at one commit. */
export interface Repository {
  /** The folder, or `owner/name` on the hub. */
  readonly name: string;
  /** Undefined for a local folder. */
  readonly commit?: string;
  /** Paths of its files, in order. Offline: of those that are on this machine. */
  readonly files: readonly string[];
  /**
   * Finds a file on the disk, after fetching it if it has to be.
   * @throws LamoError `missing-file`, `not-cached`, `hash-mismatch`, `wrong-length`, `disk-full`, `not-writable`,
   *   `gated`, `unreachable`, `rate-limited`
   */
  path(file: string): Promise<string>;
  /**
   * Copies a file to a place outside of the cache, where it appears whole or not at all: from this machine, or from the hub, where
   * what an earlier attempt left beside it is continued.
   * @throws LamoError as {@link path}
   */
  download(file: string, path: string): Promise<void>;
}

/**
 * Opens a local folder, or a repository of the hub such as `gpt2`. Files of the hub are kept in the cache that
 * Python's `huggingface_hub` uses, so both share downloads. If the hub cannot be reached, cached files are
 * used. A name without an owner that is not one of `OWNERLESS_NAMES` is a folder that is not there: the hub is not asked.
 *
 * @throws LamoError `folder-not-found`, `invalid-revision`, `invalid-token`, `invalid-endpoint`, `repository-not-found`, `revision-not-found`, `gated`, `unauthorized`,
 *   `not-cached`, `unreachable`, `rate-limited`
 */
export async function openRepository(
  nameOrFolder: string,
  { type = 'model', revision = 'main', ...options }: RepositoryOptions = {},
): Promise<Repository> {
  if (statSync(nameOrFolder, { throwIfNoEntry: false })?.isDirectory()) return openFolder(nameOrFolder);
  if (!/^[\w.-]{1,96}(\/[\w.-]{1,96})?$/.test(nameOrFolder) || /^\.|\.\./.test(nameOrFolder)) {
    throw folderNotFound(nameOrFolder, type);
  }
  // A folder that is not there is no reason to tell others of it.
  if (!nameOrFolder.includes('/') && !OWNERLESS_NAMES[type].includes(nameOrFolder))
    throw folderNotFound(
      nameOrFolder,
      type,
      `To ask the hub, put the owner before the name: owner/${nameOrFolder}.`,
    );
  if (!staysInside(revision)) throw invalidRevision(revision);
  const settings = hubSettings(options);
  const cache = repositoryCache(settings.cacheFolder, type, nameOrFolder);
  const source = { name: nameOrFolder, type, revision, settings, cache };
  if (settings.offline) return openCached(source, () => notCached(nameOrFolder, settings.cacheFolder));
  try {
    return await openRemote(source);
  } catch (error) {
    const mayRecover = LamoError.isInstance(error) && ['unreachable', 'rate-limited'].includes(error.code);
    if (!mayRecover) throw error;
    return openCached(source, () => error);
  }
}

/** Bytes; a repository of 100,000 files needs some 8 MB. */
const LONGEST_LISTING = 16 << 20;

interface Source {
  readonly name: string;
  readonly type: 'model' | 'dataset';
  readonly revision: string;
  readonly settings: HubSettings;
  readonly cache: RepositoryCache;
}

function openFolder(folder: string): Repository {
  const files = listFiles(folder);
  const path = async (file: string) => {
    if (!files.includes(file)) throw missingFile(folder, file, files);
    return join(folder, file);
  };
  return { name: folder, files, path, download: copying(path) };
}

/** @param complain creates the error for a file that is not in the cache */
function openCached({ name, revision, cache }: Source, complain: () => LamoError): Repository {
  const commit = readRevision(cache, revision);
  const files = commit === undefined ? [] : listSnapshot(cache, commit);
  if (commit === undefined || files.length === 0) throw complain();
  const path = async (file: string) => {
    if (!files.includes(file)) throw complain();
    return snapshotPath(cache, commit, file);
  };
  return { name, commit, files, path, download: copying(path) };
}

async function openRemote(source: Source): Promise<Repository> {
  const { name, revision, cache } = source;
  const { commit, files } = await fetchListing(source);
  const path = async (file: string) => {
    if (!files.includes(file)) throw missingFile(name, file, files);
    const path = snapshotPath(cache, commit, file);
    if (!existsSync(path)) await fetchInto(path, source, commit, file);
    writeRevision(cache, revision, commit);
    return path;
  };
  const download = async (file: string, path: string) => {
    if (!files.includes(file)) throw missingFile(name, file, files);
    if (existsSync(path)) return;
    await downloadFile(source.settings, await describeFile(source, commit, file), path);
  };
  return { name, commit, files, path, download };
}

/** Copies files that are on this machine. */
function copying(find: Repository['path']): Repository['download'] {
  return async (file, path) => {
    const temporary = `${path}.${randomUUID()}.tmp`;
    try {
      copyFileSync(await find(file), temporary);
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw LamoError.isInstance(error) ? error : writeError(path, error);
    }
  };
}

/** Asks which commit the revision stands at and what files it has. */
async function fetchListing(source: Source): Promise<{ commit: string; files: string[] }> {
  const { name, type, revision, settings } = source;
  const url = `${settings.endpoint}/api/${type}s/${name}/revision/${encodeURIComponent(revision)}`;
  const read = async (response: Response, arrived: (bytes: number) => void) => {
    if (!response.ok) throw refuse(source, response);
    return await readText(response, LONGEST_LISTING, arrived);
  };
  const limit = 10 * settings.timeout;
  const text = await retry(settings, name, () => request(settings, { url, read, limit }));
  if (text === undefined) throw unexpectedAnswer(name, `a listing of more than ${LONGEST_LISTING} bytes`);
  try {
    const { sha, siblings } = JSON.parse(text) as { sha: string; siblings: { rfilename: string }[] };
    const files = siblings.map(({ rfilename }) => rfilename).filter(staysInside);
    if (!isSafeName(sha)) throw new TypeError(`no commit: ${sha}`);
    return { commit: sha, files: files.sort() };
  } catch (cause) {
    throw unexpectedAnswer(name, text.slice(0, 100), cause);
  }
}

async function fetchInto(path: string, source: Source, commit: string, file: string): Promise<void> {
  const remote = await describeFile(source, commit, file);
  const blob = blobPath(source.cache, remote.hash);
  makeFolder(dirname(blob));
  if (!existsSync(blob)) await downloadFile(source.settings, remote, blob);
  linkBlob(blob, path);
}

/** Asks for size and hash, which are in separate headers of the hub's first answer if the file is stored elsewhere. */
async function describeFile(source: Source, commit: string, file: string): Promise<RemoteFile> {
  const { name, type, settings } = source;
  const prefix = type === 'model' ? '' : `${type}s/`;
  const path = file.split('/').map(encodeURIComponent).join('/');
  const url = `${settings.endpoint}/${prefix}${name}/resolve/${commit}/${path}`;
  const { headers, status } = await retry(settings, `${file} of ${name}`, () => head(source, url));
  // If it redirects, the plain headers describe the redirect itself.
  const [ownSize, ownHash] = status === 200 ? [headers.get('content-length'), headers.get('etag')] : [];
  const size = headers.get('x-linked-size') ?? ownSize ?? '';
  const hash = (headers.get('x-linked-etag') ?? ownHash ?? '').replace(/^W\/|"/g, '');
  if (!/^\d{1,15}$/.test(size) || !isSafeName(hash)) {
    throw unexpectedAnswer(name, `size '${size.slice(0, 20)}' and hash '${hash.slice(0, 80)}' of ${file}`);
  }
  const refuseFile = (response: Response) => refuse(source, response);
  return { repository: name, file, url, size: Number(size), hash, refuse: refuseFile };
}

/** Follows redirects within the hub (renamed repositories), but not those to the storage of large files. */
async function head(source: Source, url: string, redirects = 5): Promise<Response> {
  const read = (response: Response) => response;
  const response = await request(source.settings, { url, method: 'HEAD', redirect: 'manual', read });
  const target = new URL(response.headers.get('location') ?? '', url);
  const isRedirect = response.status >= 300 && response.status < 400;
  if (isRedirect && target.origin === new URL(url).origin && redirects > 0) {
    return head(source, target.href, redirects - 1);
  }
  if (!isRedirect && !response.ok) throw refuse(source, response);
  return response;
}

function refuse({ name, settings }: Source, response: Response): LamoError {
  return refused(name, response, settings.token !== undefined);
}

function folderNotFound(folder: string, type: 'model' | 'dataset', hint?: string): LamoError {
  return new LamoError({
    where: 'data/hub',
    code: 'folder-not-found',
    problem: `There is no folder ${folder}`,
    expected: `a local folder, or a repository of the Hugging Face hub such as ${OWNERLESS_NAMES[type][0]} or owner/name`,
    received: JSON.stringify(folder),
    ...(hint === undefined ? {} : { hint }),
  });
}

function invalidRevision(revision: string): LamoError {
  return new LamoError({
    where: 'data/hub',
    code: 'invalid-revision',
    problem: '`revision` is not valid',
    expected: 'a branch, a tag or a commit, such as main or v1.0',
    received: JSON.stringify(revision.slice(0, 100)),
  });
}
