import { existsSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LamoError, writeError } from '@lamo/core';
import { appendToFile } from './append-to-file';
import { fileHash } from './file-hash';
import { Interruption, request, retry } from './hub-request';
import { refuseWebPage } from './refuse-web-page';
import type { TransferSettings } from './transfer-settings';

/** A file to be fetched, and how to tell that it arrived whole. */
export interface RemoteFile {
  /** Where it is from, for errors. */
  readonly repository: string;
  /** Its name, for errors and progress. */
  readonly file: string;
  /** Where it is. */
  readonly url: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 of large files (64 digits) or git's SHA-1 of small ones (40); anything else cannot be checked. */
  readonly hash: string;
  /** Says why a response is a refusal. */
  readonly refuse: (response: Response) => LamoError;
}

/**
 * Fetches a file to `path`, continuing what an earlier attempt left in `<path>.incomplete`. It is renamed
 * once its length and hash are right.
 *
 * Two processes may fetch the same file at once: both write the same bytes to the same places. If the partial file is gone
 * because the other process finished first, its file is used.
 *
 * @throws LamoError `hash-mismatch`, `web-page`, `disk-full`, `not-writable`, those of {@link retry} and of `refuse`
 */
export async function downloadFile(
  settings: TransferSettings,
  remote: RemoteFile,
  path: string,
): Promise<void> {
  const part = `${path}.incomplete`;
  const attempt = async () => {
    if (!existsSync(path)) await fetchRest(settings, remote, part);
  };
  // Twice: what an earlier run left may be damaged, and then a new start helps.
  for (const isLast of [false, true]) {
    removeLink(part);
    await checkSpace(settings, remote, part);
    await retry(settings, `${remote.file} of ${remote.repository}`, attempt, () => bytesIn(part));
    if (existsSync(path)) return rmSync(part, { force: true });
    const hash = await hashUnlessGone(part, path, remote.hash);
    if (hash === undefined) return;
    if (hash === remote.hash) return moveIntoPlace(part, path);
    rmSync(part, { force: true });
    if (isLast) throw hashMismatch(settings, remote, hash);
  }
}

/** Requests the bytes that are still missing, once. */
async function fetchRest(settings: TransferSettings, remote: RemoteFile, part: string): Promise<void> {
  const { file, url, size } = remote;
  if (bytesIn(part) > size) rmSync(part, { force: true });
  const have = bytesIn(part);
  if (have === size && existsSync(part)) return;
  await request(settings, {
    url,
    headers: have > 0 ? { range: `bytes=${have}-` } : {},
    read: async (response, arrived) => {
      const start = startOf(response, have, part, remote);
      let last = start;
      await appendToFile(part, start, refuseWebPage(settings, remote, response), (received) => {
        arrived(received - last);
        last = received;
        if (received > size) throw wrongLength(`more than the announced ${size} bytes`);
        settings.onProgress?.({ file, received, size });
      });
    },
  });
  const received = bytesIn(part);
  if (received !== size) throw wrongLength(`${received} of ${size} bytes`);
}

/**
 * Position of the response's first byte in the file: servers may ignore that only the rest was asked for. If they
 * do not know the rest, the part is deleted, so that the next attempt starts anew.
 */
function startOf(response: Response, have: number, part: string, { size, refuse }: RemoteFile): number {
  const range = response.headers.get('content-range') ?? '';
  const isRest = response.status === 206 && range.startsWith(`bytes ${have}-`);
  if (response.status === 416 || (response.status === 206 && !isRest)) {
    rmSync(part, { force: true });
    throw wrongLength(`'${range}' for bytes ${have} to ${size}`);
  }
  if (!response.ok) throw refuse(response);
  return isRest ? have : 0;
}

async function checkSpace(
  { words }: TransferSettings,
  { file, size }: RemoteFile,
  part: string,
): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(part));
  const missing = size - bytesIn(part);
  if (bavail * bsize >= missing) return;
  throw new LamoError({
    where: words.where,
    code: 'disk-full',
    problem: `The disk is too full for ${file}`,
    expected: `${missing} bytes free in ${dirname(part)}`,
    received: `${bavail * bsize}`,
    hint: words.hints['disk-full'],
  });
}

function bytesIn(path: string): number {
  return lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Writing to a link in the place of the partial file would write to somewhere else. */
function removeLink(part: string): void {
  const status = lstatSync(part, { throwIfNoEntry: false });
  if (status && !(status.isFile() && status.nlink === 1)) rmSync(part, { force: true, recursive: true });
}

/** Undefined if another process has moved the part into place meanwhile; '' if it has deleted it. */
async function hashUnlessGone(part: string, path: string, expected: string): Promise<string | undefined> {
  try {
    return await fileHash(part, expected);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return existsSync(path) ? undefined : '';
  }
}

function moveIntoPlace(part: string, path: string): void {
  try {
    renameSync(part, path);
  } catch (cause) {
    // Another process that fetched the same file may have been faster.
    if (!existsSync(path)) throw writeError(path, cause);
  }
}

function wrongLength(reason: string): Interruption {
  return new Interruption('wrong-length', reason);
}

function hashMismatch(
  { words }: TransferSettings,
  { repository, file, hash: expected }: RemoteFile,
  received: string,
): LamoError {
  return new LamoError({
    where: words.where,
    code: 'hash-mismatch',
    problem: `${file} of ${repository} was damaged on arrival twice, and was deleted`,
    expected,
    received,
    hint: words.hints['hash-mismatch'],
  });
}
