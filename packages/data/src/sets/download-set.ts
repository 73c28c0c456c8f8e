import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LamoError, makeFolder, nearest } from '@lamo/core';
import { fileHash } from '../hub/file-hash';
import { openRepository } from '../hub/open-repository';
import { connectTo, type TransferOptions } from '../hub/server';
import type { ServerWords } from '../hub/transfer-settings';
import { d4rlPath, findSet, isHere, type KnownSet, knownSets } from './known-sets';

/** Settings of {@link downloadSet}. */
export interface DownloadSetOptions extends TransferOptions {
  /**
   * Where the files of D4RL are fetched from, in place of its own server: a URL that its paths follow, such as
   * `https://example.org/offline_rl`, or one with `{path}` or `{file}` in it.
   * @default LAMO_D4RL_MIRROR, or D4RL's own server
   */
  readonly mirror?: string;
}

/** A set that is on this machine now. */
export interface DownloadedSet extends KnownSet {
  /** Whether it was there before. */
  readonly wasHere: boolean;
  /** Whether its bytes were compared with a published hash. */
  readonly isChecked: boolean;
}

/** Where D4RL's own loader fetches from. */
const D4RL_SERVER = 'http://rail.eecs.berkeley.edu/datasets/offline_rl';

/** Holds a mirror of D4RL's files. */
export const MIRROR_VARIABLE = 'LAMO_D4RL_MIRROR';

const ELSEWHERE = `Name a mirror (${MIRROR_VARIABLE}, or --mirror)`;
const PROXY = 'Behind a proxy, set HTTPS_PROXY (and HTTP_PROXY) with NODE_USE_ENV_PROXY=1.';

const WORDS: ServerWords = {
  where: 'data/sets',
  hints: {
    unreachable: `Check the connection; what has arrived is kept and continued next time. ${PROXY} ${ELSEWHERE}, or put the file there yourself.`,
    'rate-limited': 'Wait and run again: what has arrived is kept.',
    'wrong-length': `The server sends fewer or more bytes than the file has: try later. ${ELSEWHERE}.`,
    'hash-mismatch': `What arrives is not the published file. ${ELSEWHERE}.`,
    'disk-full': 'Free some space, or set D4RL_DATASET_DIR to a folder on another disk.',
  },
};

/**
 * Fetches a set by its name to where its own library keeps it, so that both use the same file: D4RL's from its server or a mirror,
 * Minari's from the Hugging Face hub. What was cut continues; a file appears whole, once its bytes are right, or not at all. What is
 * there already is not fetched again.
 *
 * @throws LamoError `unknown-set`, `download-refused`, `invalid-mirror`, `hash-mismatch`, `wrong-length`, `web-page`, `redirect-loop`,
 *   `disk-full`, `not-writable`, `unreachable`, `rate-limited`, and for Minari those of `openRepository`
 */
export async function downloadSet(name: string, options: DownloadSetOptions = {}): Promise<DownloadedSet> {
  const set = findSet(name);
  if (set === undefined) throw unknownSet(name);
  if (isHere(set)) return { ...set, wasHere: true, isChecked: false };
  const isChecked = set.source === 'D4RL' ? await fetchD4rl(set, options) : await fetchMinari(set, options);
  return { ...set, wasHere: false, isChecked };
}

/** Compares a file of D4RL with the hash that was published of it. @returns undefined if none was; whether they agree */
export async function verifySet({ path, size, sha256 }: KnownSet): Promise<boolean | undefined> {
  if (sha256 === undefined) return undefined;
  return statSync(path).size === size && (await fileHash(path, sha256)) === sha256;
}

/** Makes the error for a name that no set has. */
export function unknownSet(name: string): LamoError {
  const similar = nearest(
    name,
    knownSets().map((set) => set.name),
  );
  return new LamoError({
    where: 'data/sets',
    code: 'unknown-set',
    problem: `No data set is called '${name}'`,
    expected: 'a name of D4RL, such as hopper-medium-v2, or of Minari, such as D4RL/pointmaze/umaze-v2',
    hint:
      similar === undefined
        ? '`lamo data list` shows them.'
        : `Did you mean '${similar}'? \`lamo data list\` shows all.`,
  });
}

async function fetchD4rl(set: KnownSet, { mirror, ...transfer }: DownloadSetOptions): Promise<boolean> {
  const url = addressOf(set, mirror || process.env[MIRROR_VARIABLE] || D4RL_SERVER);
  const server = connectTo(WORDS, transfer);
  const refuse = (response: Response) => refused(set, url, response);
  const size = set.size ?? (await askSize(set, server.head({ what: set.name, url, refuse })));
  makeFolder(dirname(set.path));
  const file = basename(set.path);
  await server.download({ repository: 'D4RL', file, url, size, hash: set.sha256 ?? '', refuse }, set.path);
  return set.sha256 !== undefined;
}

/** Of some files nobody published the length. */
async function askSize({ name }: KnownSet, answer: Promise<Headers>): Promise<number> {
  const length = (await answer).get('content-length') ?? '';
  if (/^\d{1,15}$/.test(length)) return Number(length);
  throw new LamoError({
    where: WORDS.where,
    code: 'unexpected-answer',
    problem: `The server does not say how long ${name} is`,
    expected: 'a content-length',
    received: JSON.stringify(length),
    hint: `${ELSEWHERE}.`,
  });
}

function addressOf({ name, path }: KnownSet, mirror: string): string {
  const onServer = d4rlPath(name);
  const filled = mirror.replaceAll('{path}', onServer).replaceAll('{file}', basename(path));
  const url = filled === mirror ? `${mirror.replace(/\/+$/, '')}/${onServer}` : filled;
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new LamoError({
    where: WORDS.where,
    code: 'invalid-mirror',
    problem: `The mirror is not an address that files can be fetched from (--mirror, or ${MIRROR_VARIABLE})`,
    expected: 'https://… that the path follows, or with {path} or {file} in it',
    received: JSON.stringify(mirror),
  });
}

function refused({ name, path }: KnownSet, url: string, { status }: Response): LamoError {
  return new LamoError({
    where: WORDS.where,
    code: 'download-refused',
    problem: `${new URL(url).host} does not give out ${name}`,
    expected: 'the file',
    received: `status ${status} for ${url}`,
    hint: `D4RL's own server refuses at times. ${ELSEWHERE}, put the file from elsewhere at ${path}, or make a set like it on the spot: lamo collect --help.`,
  });
}

/** Where Minari's sets are on the hub: `hf://farama-minari`, a data set for each first part of a name. */
function ownerOf(remote = process.env.MINARI_REMOTE || 'hf://farama-minari'): string {
  const owner = /^hf:\/\/([\w.-]+)\/?$/.exec(remote)?.[1];
  if (owner !== undefined) return owner;
  throw new LamoError({
    where: WORDS.where,
    code: 'invalid-mirror',
    problem: 'MINARI_REMOTE is not one that lamo can fetch from',
    expected: 'an owner on the Hugging Face hub: hf://farama-minari',
    received: JSON.stringify(remote),
    hint: 'Fetch the set with Minari; lamo reads it from where Minari keeps it.',
  });
}

async function fetchMinari(set: KnownSet, options: DownloadSetOptions): Promise<boolean> {
  const { mirror: _, ...hub } = options;
  const [namespace, ...rest] = set.name.split('/');
  const repository = await openRepository(`${ownerOf()}/${namespace}`, { ...hub, type: 'dataset' });
  const prefix = `${rest.join('/')}/data/`;
  const files = repository.files.filter((file) => file.startsWith(prefix));
  if (!files.some((file) => file.endsWith('/metadata.json')))
    throw notOnHub(set, repository.files, namespace!);
  // The metadata come last: they are what a whole set is known by.
  const isLast = (file: string) => Number(file === `${prefix}metadata.json`);
  for (const file of files.sort((a, b) => isLast(a) - isLast(b))) {
    const path = join(set.path, 'data', ...file.slice(prefix.length).split('/'));
    makeFolder(dirname(path));
    await repository.download(file, path);
  }
  return true;
}

function notOnHub({ name }: KnownSet, files: readonly string[], namespace: string): LamoError {
  const ids = files.flatMap((file) => (file.endsWith('/data/metadata.json') ? [file.slice(0, -19)] : []));
  const similar = nearest(
    name,
    ids.map((id) => `${namespace}/${id}`),
  );
  return new LamoError({
    where: WORDS.where,
    code: 'unknown-set',
    problem: `Minari has no data set ${name}`,
    expected: `one of the ${ids.length} in ${namespace}`,
    ...(similar === undefined ? {} : { hint: `Did you mean '${similar}'?` }),
  });
}
