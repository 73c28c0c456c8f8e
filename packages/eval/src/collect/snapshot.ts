import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { findInPackage, LamoError } from '@lamo/core';

/** Levels of the policies that come with this package. */
export type SnapshotLevel = 'medium' | 'expert';

/** How a policy that comes with this package was trained, and what it earns: the file `<level>.json` beside it. */
export interface SnapshotCard {
  /** Id of the environment that it was trained in. */
  readonly environment: string;
  /** Gradient steps. */
  readonly steps: number;
  /** Settings that differ from the algorithm's defaults. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What its episodes return when it draws its actions. */
  readonly return: { readonly mean: number; readonly standardDeviation: number; readonly episodes: number };
}

/** A policy that comes with this package: the weights of an actor of SAC, in D4RL's layout. */
export interface Snapshot {
  /** How good it is. */
  readonly level: SnapshotLevel;
  /** Path of its file. @throws LamoError `incomplete-package` */
  path(): string;
  /** The SHA-256 of its file. @throws LamoError `incomplete-package` */
  hash(): string;
  /** @throws LamoError `incomplete-package` */
  card(): SnapshotCard;
}

/** Names a policy of a robot. Nothing is read before it is asked for. @param robot folder in `snapshots` */
export function snapshot(robot: string, level: SnapshotLevel): Snapshot {
  const file = (extension: string) => findSnapshotFile(robot, `${level}.${extension}`);
  return {
    level,
    path: () => file('hdf5'),
    hash: () =>
      createHash('sha256')
        .update(readFileSync(file('hdf5')))
        .digest('hex'),
    card: () => JSON.parse(readFileSync(file('json'), 'utf8')) as SnapshotCard,
  };
}

function findSnapshotFile(robot: string, name: string): string {
  const found = findInPackage(import.meta.url, 'snapshots', robot, name);
  if (found !== undefined) return found;
  throw new LamoError({
    where: 'eval/snapshots',
    code: 'incomplete-package',
    problem: `A file of a policy of ${robot} is missing from the installed @lamo/eval`,
    expected: `snapshots/${robot}/${name} in the package`,
    received: 'no such file',
    hint: 'Install @lamo/eval again. If you use a bundler, keep the package outside of the bundle.',
  });
}
