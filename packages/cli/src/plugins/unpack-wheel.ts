import { once } from 'node:events';
import { constants, createWriteStream } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { LamoError, makeFolder, writeError } from '@lamo/core';
import { staysInside } from '@lamo/data';
import { type Entry, open, type ZipFile } from 'yauzl';

/** Kinds of entries in the upper half of a Unix mode. */
const [KIND, REGULAR, FOLDER] = [0o170000, 0o100000, 0o040000];

/**
 * Unpacks a wheel, which is a zip, into a folder. Files that are there are not replaced, but for those that several packages bring
 * (`__init__.py`), which count for nothing here.
 *
 * @param name of the wheel, for errors
 * @throws LamoError `damaged-file`, `unsafe-path` for an entry outside of the folder or a link, `disk-full`, `not-writable`; the
 *   signal's reason
 */
export async function unpackWheel(
  path: string,
  folder: string,
  { name, signal }: { readonly name: string; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const zip = await openZip(path, name);
  try {
    for await (const entry of entriesOf(zip)) {
      signal?.throwIfAborted();
      const kind = (entry.externalFileAttributes >>> 16) & KIND;
      const shown = JSON.stringify(entry.fileName);
      if (![0, REGULAR, FOLDER].includes(kind)) throw unsafePath(name, `a link or device, ${shown}`);
      if (!staysInside(entry.fileName.replace(/\/$/, ''))) throw unsafePath(name, shown);
      if (entry.fileName.endsWith('/')) continue;
      await writeEntry(zip, entry, join(folder, entry.fileName));
    }
  } catch (cause) {
    signal?.throwIfAborted();
    if (LamoError.isInstance(cause)) throw cause;
    const { message } = cause as Error;
    throw UNSAFE.test(message) ? unsafePath(name, message) : damaged(name, cause);
  } finally {
    zip.close();
  }
}

async function openZip(path: string, name: string): Promise<ZipFile> {
  try {
    return await promisify<string, object, ZipFile>(open)(path, {
      lazyEntries: true,
      autoClose: false,
      decodeStrings: true,
      strictFileNames: false,
      validateEntrySizes: true,
    });
  } catch (cause) {
    throw damaged(name, cause);
  }
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  const ended = once(zip, 'end').then(() => undefined);
  ended.catch(() => {});
  for (;;) {
    const next = once(zip, 'entry') as Promise<[Entry]>;
    // If the archive ends first, nobody waits for this any more.
    next.catch(() => {});
    zip.readEntry();
    const found = await Promise.race([next, ended]);
    if (found === undefined) return;
    yield found[0];
  }
}

async function writeEntry(zip: ZipFile, entry: Entry, path: string): Promise<void> {
  makeFolder(dirname(path));
  const content = await promisify<Entry, Readable>(zip.openReadStream.bind(zip))(entry);
  // A link in the place of the file is not followed.
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_NOFOLLOW ?? 0);
  const file = createWriteStream(path, { flags: flags as unknown as string });
  let failure: unknown;
  file.once('error', (error) => {
    failure = error;
  });
  try {
    await pipeline(content, file);
  } catch (cause) {
    throw failure !== undefined && failure === cause ? writeError(path, cause) : cause;
  }
}

/** What yauzl says of names that lead out of the folder. */
const UNSAFE = /^(invalid relative path|absolute path|invalid characters in fileName)/;

function unsafePath(name: string, received: string): LamoError {
  return new LamoError({
    where: 'cli/devices',
    code: 'unsafe-path',
    problem: `${name} holds something that must not be unpacked`,
    expected: 'files inside of its own folder',
    received,
    hint: 'Nothing of it is kept. Check where the index comes from.',
  });
}

function damaged(name: string, cause: unknown): LamoError {
  return new LamoError({
    where: 'cli/devices',
    code: 'damaged-file',
    problem: `${name} cannot be unpacked`,
    expected: 'a whole zip archive',
    received: (cause as Error).message,
    hint: 'Its hash is that of the index, so the index offers it so: try another --index.',
    cause,
  });
}
