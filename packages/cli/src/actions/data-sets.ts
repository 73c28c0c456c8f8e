import { existsSync } from 'node:fs';
import { LamoError } from '@lamo/core';
import {
  type DownloadedSet,
  downloadSet,
  findSet,
  isHere,
  type KnownSet,
  knownSets,
  listSome,
  unknownSet,
  verifySet,
} from '@lamo/data';
import { describeData } from '../run/describe-data';
import { locateDataset, openDataset } from '../run/open-dataset';
import { formatNumberOf, formatTable } from '../terminal/format';
import { interruptible } from '../terminal/interrupt';
import { showResult } from '../terminal/output';
import { describeFacts, type ErrorFacts, factsOf } from '../terminal/print-error';
import { watchDownloads } from '../terminal/watch-loading';

/** Lists the sets that others published under names. */
export async function listSets({ here = false }: { readonly here?: boolean }): Promise<void> {
  const sets = knownSets()
    .map((set) => ({ ...set, isHere: isHere(set) }))
    .filter((set) => set.isHere || !here);
  const rows = sets.map(({ name, source, size, isHere, path }) => [
    name,
    source,
    size === undefined ? '' : megabytes(size),
    isHere ? path : '',
  ]);
  const table = formatTable([['name', 'of', 'size', 'here'], ...rows], {
    align: ['left', 'left', 'right', 'left'],
  });
  const nothing = 'No data set is on this machine yet: lamo data download NAME';
  showResult(sets, { answer: sets.length === 0 ? nothing : table });
}

/** Fetches sets by their names, one after the other: all names are checked before the first. */
export async function downloadSets(
  names: readonly string[],
  flags: { readonly mirror?: string },
): Promise<void> {
  for (const name of names) if (findSet(name) === undefined) throw unknownSet(name);
  const { mirror } = flags;
  const fetched: DownloadedSet[] = [];
  await interruptible(
    () => {},
    async (signal) => {
      const options = { ...watchDownloads(signal), ...(mirror === undefined ? {} : { mirror }) };
      for (const name of names) fetched.push(await downloadSet(name, options));
    },
  );
  showResult(fetched, { note: fetched.map(describeFetched).join('\n') });
}

function describeFetched({ name, path, wasHere, isChecked }: DownloadedSet): string {
  if (wasHere) return `${name} was here already: ${path}`;
  return `${name}: ${path}${isChecked ? '' : '; nobody published a hash of it, so its length alone was checked'}`;
}

/** What was found of a set, or of a file. */
interface Verified {
  readonly name: string;
  readonly path: string;
  /** Whether its bytes are the published ones; null where no hash was published. */
  readonly isPublished: boolean | null;
  readonly rows: number;
  readonly episodes: number;
  readonly hash: string;
}

/** What is wrong with a set, or a file. */
interface Bad {
  readonly name: string;
  readonly error: ErrorFacts;
}

/** Checks that sets and files are what they should be, and can be read whole: all of them, whatever is wrong with some. */
export async function verifySets(names: readonly string[]): Promise<void> {
  const known = knownSets();
  const [first, ...others] = names;
  if (others.length === 0) return showVerified([await verify(first!, known)]);
  const found: (Verified | Bad)[] = [];
  for (const name of names)
    found.push(await verify(name, known).catch((error: unknown) => badSet(name, error)));
  showVerified(found);
  const bad = found.filter((one) => 'error' in one).map(({ name }) => name);
  if (bad.length > 0) throw someBad(bad, names.length);
}

function showVerified(found: readonly (Verified | Bad)[]): void {
  const lines = found.map((one) =>
    'error' in one ? `${one.name}: ${describeFacts(one.error)}` : describeVerified(one),
  );
  showResult(found, { answer: lines.join('\n') });
}

/** Says what is wrong with a set. Errors of the program itself are thrown on. */
function badSet(name: string, error: unknown): Bad {
  if (!LamoError.isInstance(error)) throw error;
  return { name, error: factsOf(error) };
}

function someBad(bad: readonly string[], all: number): LamoError {
  return new LamoError({
    where: 'cli/data',
    code: 'not-verified',
    problem: `${bad.length} of ${all} are not what they should be, or cannot be read: ${listSome(bad)}`,
    expected: 'all of them whole',
    hint: 'The result says for each what is wrong with it.',
  });
}

async function verify(name: string, known: readonly KnownSet[]): Promise<Verified> {
  const path = locateDataset(name);
  // A path may be that of the file of a set, and then has no name.
  const set = (existsSync(name) ? undefined : findSet(name)) ?? known.find((one) => one.path === path);
  const isPublished = set === undefined ? null : ((await verifySet(set)) ?? null);
  if (isPublished === false) throw notPublished(set!);
  const { rows, finishedEpisodes, unfinishedRows, hash } = describeData(await openDataset(path));
  const episodes = finishedEpisodes + Number(unfinishedRows > 0);
  return { name, path, isPublished, rows, episodes, hash };
}

function describeVerified({ name, isPublished, rows, episodes, hash }: Verified): string {
  const bytes = isPublished === null ? 'no hash was published' : 'its bytes are the published ones';
  const size = `${formatNumberOf(rows, 'row')} in ${formatNumberOf(episodes, 'episode')}`;
  return `${name}: ${bytes}; ${size}, SHA-256 of its columns ${hash.slice(0, 16)}…`;
}

function notPublished({ name, path }: KnownSet): LamoError {
  return new LamoError({
    where: 'cli/data',
    code: 'hash-mismatch',
    problem: `${path} is not ${name} as it was published: it is damaged, or another file`,
    expected: 'the published length and SHA-256',
    hint: `Remove it, and fetch it again: lamo data download ${name}`,
  });
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
