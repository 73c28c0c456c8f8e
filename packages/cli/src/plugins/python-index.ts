import { LamoError, parseRecord } from '@lamo/core';
import { connectTo, type Server, type ServerWords, type TransferOptions } from '@lamo/data';
import { z } from 'zod';
import { DEFAULT_INDEX, INDEX_VARIABLE } from './plugin-sources';
import { normaliseName } from './requirement';
import { parseWheelName, type WheelName } from './wheel-name';

/** A wheel that an index offers. */
export interface ListedWheel extends WheelName {
  readonly package: string;
  readonly file: string;
  readonly url: string;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** Whether its metadata can be had without the wheel (PEP 658). */
  readonly hasMetadata: boolean;
}

/** An index of Python packages. */
export interface PythonIndex {
  readonly server: Server;
  /** Lists the wheels of a package that are releases and were not withdrawn. */
  wheels(name: string): Promise<ListedWheel[]>;
  /** Fetches what a wheel says of itself. */
  metadata(wheel: ListedWheel): Promise<string>;
}

const WORDS: ServerWords = {
  where: 'cli/devices',
  hints: {
    unreachable: `Check the connection, any proxy, and --index (or ${INDEX_VARIABLE}); what has arrived is kept and continued next time.`,
    'rate-limited': 'Wait and run the command again: what has arrived is kept.',
    'wrong-length': 'The server sends fewer or more bytes than it announces: try later, or another --index.',
    'hash-mismatch':
      'Something between here and the index alters it: try another network, or another --index.',
    'disk-full': 'Free some space, or set XDG_CACHE_HOME to a folder on another disk.',
  },
};

const listing = z.object({
  files: z.array(
    z.looseObject({
      filename: z.string(),
      url: z.string(),
      hashes: z.record(z.string(), z.string()),
      size: z.int().positive().exactOptional(),
      yanked: z.union([z.boolean(), z.string()]).exactOptional(),
      'core-metadata': z.union([z.boolean(), z.record(z.string(), z.string())]).exactOptional(),
    }),
  ),
});

/** Bytes; NVIDIA's packages with a hundred versions need some 200 kB. */
const LONGEST_ANSWER = 16 << 20;

/**
 * Opens an index of Python packages that answers in JSON (PEP 691), as PyPI does and mirrors of it.
 *
 * @param address such as `https://pypi.org/simple`
 * @throws LamoError `invalid-index`
 */
export function openIndex(address: string, options: TransferOptions): PythonIndex {
  const index = checkAddress(address);
  const server = connectTo(WORDS, options);
  const get = async (what: string, url: string, accept: string) => {
    const refuse = (response: Response) => refused(what, index, response);
    const text = await server.text({ what, url, headers: { accept }, most: LONGEST_ANSWER, refuse });
    if (text === undefined) throw unexpected(what, index, `more than ${LONGEST_ANSWER} bytes`);
    return text;
  };
  return {
    server,
    async wheels(name) {
      const url = `${index}/${normaliseName(name)}/`;
      const text = await get(name, url, 'application/vnd.pypi.simple.v1+json');
      return readWheels(name, parseListing(name, index, text), url);
    },
    metadata: (wheel) => get(`the metadata of ${wheel.file}`, `${wheel.url}.metadata`, '*/*'),
  };
}

function checkAddress(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isPlain = url?.username === '' && url.password === '';
  if (isPlain && /^https?:$/.test(url.protocol)) return address.replace(/\/+$/, '');
  throw new LamoError({
    where: 'cli/devices',
    code: 'invalid-index',
    problem: `The address of the package index is not valid (--index or ${INDEX_VARIABLE})`,
    expected: `a URL without user name and password, such as ${DEFAULT_INDEX}`,
    received: url && !isPlain ? 'a URL with a user name or password' : JSON.stringify(address),
  });
}

function parseListing(name: string, index: string, text: string): z.infer<typeof listing> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unexpected(name, index, JSON.stringify(text.slice(0, 60)), cause);
  }
  const origin = { where: 'cli/devices', code: 'unexpected-answer', hint: INDEX_HINT };
  return parseRecord(listing, value, { ...origin, name: `The answer about ${name}`, kind: 'a listing' });
}

function readWheels(name: string, { files }: z.infer<typeof listing>, base: string): ListedWheel[] {
  return files.flatMap((file): ListedWheel[] => {
    const parsed = parseWheelName(file.filename);
    const { sha256 = '' } = file.hashes;
    const { size, yanked = false } = file;
    if (parsed === undefined || size === undefined || yanked !== false) return [];
    if (!/^[0-9a-f]{64}$/.test(sha256) || !URL.canParse(file.url, base)) return [];
    const url = new URL(file.url, base);
    url.hash = '';
    const hasMetadata = (file['core-metadata'] ?? false) !== false;
    return [{ ...parsed, package: name, file: file.filename, url: url.href, sha256, size, hasMetadata }];
  });
}

const INDEX_HINT = `Check --index (or ${INDEX_VARIABLE}) and any proxy: the index must answer in JSON with sizes (PEP 691 and 700), as ${DEFAULT_INDEX} does.`;

function refused(what: string, index: string, { status, statusText }: Response): LamoError {
  const isMissing = status === 404;
  return new LamoError({
    where: 'cli/devices',
    code: isMissing ? 'package-not-found' : 'refused',
    problem: isMissing ? `The index has no ${what}` : `The index refuses ${what}`,
    received: `${status} ${statusText}`.trim(),
    hint: `The index is ${index}: another one can be given as --index (or ${INDEX_VARIABLE}).`,
  });
}

function unexpected(what: string, index: string, received: string, cause?: unknown): LamoError {
  return new LamoError({
    where: 'cli/devices',
    code: 'unexpected-answer',
    problem: `The answer of ${index} about ${what} is not that of a package index`,
    received,
    hint: INDEX_HINT,
    cause,
  });
}
