import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, relative } from 'node:path';
import d4rl from './d4rl-sets.json';

/** A data set that others published under a name. */
export interface KnownSet {
  /** `hopper-medium-v2` of D4RL, `D4RL/pointmaze/umaze-v2` of Minari. */
  readonly name: string;
  /** Whose name it is. */
  readonly source: 'D4RL' | 'Minari';
  /** Where it lies on this machine once it was fetched, by lamo or by the library itself: a file of D4RL, a folder of Minari. */
  readonly path: string;
  /** Bytes, where they are known beforehand. */
  readonly size?: number;
  /** SHA-256 of the file, where it is known; TensorFlow Datasets published them. */
  readonly sha256?: string;
}

/** A set of D4RL, and where it is on its server. */
interface D4rlEntry {
  readonly path: string;
  readonly size?: number;
  readonly sha256?: string;
}

const D4RL: Readonly<Record<string, D4rlEntry>> = d4rl;

const each = (namespace: string, names: readonly string[], version: string) =>
  names.map((name) => `${namespace}/${name}-${version}`);

/** Sets of Minari that its documentation lists; the hub has more. */
const MINARI = [
  ...['door', 'hammer', 'pen', 'relocate'].flatMap((hand) =>
    each(`D4RL/${hand}`, ['human', 'cloned', 'expert'], 'v2'),
  ),
  ...each('D4RL/kitchen', ['complete', 'partial', 'mixed'], 'v2'),
  ...each(
    'D4RL/pointmaze',
    ['open', 'umaze', 'medium', 'large'].flatMap((maze) => [maze, `${maze}-dense`]),
    'v2',
  ),
  ...each(
    'D4RL/antmaze',
    ['umaze', 'umaze-diverse', 'medium-play', 'medium-diverse', 'large-play', 'large-diverse'],
    'v1',
  ),
  ...['ant', 'halfcheetah', 'hopper', 'walker2d'].flatMap((body) =>
    each(`mujoco/${body}`, ['simple', 'medium', 'expert'], 'v0'),
  ),
];

/** What Minari calls its sets. */
const MINARI_ID = /^(?:[\w-]+\/)+[\w-]+-v\d+$/;

/** Folder of D4RL's files: D4RL_DATASET_DIR, or where D4RL itself keeps them. */
export const d4rlFolder = (): string => process.env.D4RL_DATASET_DIR || join(homedir(), '.d4rl', 'datasets');

/** Folder of Minari's sets: MINARI_DATASETS_PATH, or where Minari itself keeps them. */
export const minariFolder = (): string =>
  process.env.MINARI_DATASETS_PATH || join(homedir(), '.minari', 'datasets');

/** Finds a set by its name, known or not if the name is one that Minari could have. */
export function findSet(name: string): KnownSet | undefined {
  const entry = Object.hasOwn(D4RL, name) ? D4RL[name] : undefined;
  if (entry !== undefined) {
    const { path, ...facts } = entry;
    return { name, source: 'D4RL', path: join(d4rlFolder(), basename(path)), ...facts };
  }
  if (!MINARI_ID.test(name)) return undefined;
  return { name, source: 'Minari', path: join(minariFolder(), ...name.split('/')) };
}

/** Lists the sets that are known by name, and those of Minari that are on this machine, by source and name. */
export function knownSets(): KnownSet[] {
  const minari = [...new Set([...MINARI, ...localMinari()])].sort();
  return [...Object.keys(D4RL), ...minari].map((name) => findSet(name)!);
}

/** Tells whether a set is on this machine, whole: what is on its way has another name, and Minari's metadata come last. */
export function isHere({ source, path }: KnownSet): boolean {
  return existsSync(source === 'D4RL' ? path : join(path, 'data', 'metadata.json'));
}

/** Path of a set of D4RL on its server. */
export const d4rlPath = (name: string): string => D4RL[name]!.path;

/** Names of the sets in Minari's folder: those with a folder `data`. */
function localMinari(): string[] {
  const folder = minariFolder();
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(({ name, parentPath }) => name === 'metadata.json' && basename(parentPath) === 'data')
    .map(({ parentPath }) => relative(folder, join(parentPath, '..')).replaceAll('\\', '/'))
    .filter((name) => MINARI_ID.test(name));
}
