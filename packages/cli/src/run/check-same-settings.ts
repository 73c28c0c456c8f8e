import { findAlgorithm, parseConfig, parseSavedConfig } from '@lamo/algos';
import { LamoError, type LamoErrorDetails } from '@lamo/core';
import { absolute } from '../absolute';
import type { RunManifest } from './manifest';
import { wholeReading } from './open-dataset';
import type { DatasetFields } from './policy-manifest';
import { readManifest } from './read-manifest';
import { findRun } from './run-folder';
import { sidesOf } from './run-sides';
import type { NewRun } from './start-run';

/** Settings of a run by name. */
export type Settings = Readonly<Record<string, unknown>>;

/**
 * Checks that a run that is to be continued was started with the settings that are given now. How many steps it takes may
 * differ, and its data are checked when it continues.
 *
 * @throws LamoError `other-settings`, `not-a-run`
 */
export function checkSameSettings(run: NewRun): void {
  const manifest = readManifest(findRun(run.out).manifest) as RunManifest & Partial<DatasetFields>;
  const config = parseSavedConfig(findAlgorithm(manifest.algorithm), manifest.config);
  const looks = sidesOf(manifest.algorithm).result.settings?.(manifest);
  const earlier = settingsOf(manifest, manifest.algorithm, {
    ...looks,
    ...(manifest.initial && { initial: manifest.initial.from }),
    ...manifest.dataset?.reading,
    ...config,
  });
  compareSettings(earlier, givenSettings(run), {
    problem: `The run ${run.out} was started with other settings`,
    hint: 'Give those that it was started with, replace it with --overwrite, or choose another --out.',
  });
}

/** All settings of a new run, the defaults too, but for how many steps it takes. */
export function givenSettings(run: NewRun): Settings {
  return settingsOf(run, run.algorithm.name, {
    ...sidesOf(run.algorithm).result.plan!(run).settings,
    ...(run.initial !== undefined && { initial: absolute(run.initial) }),
    ...wholeReading(run.reading ?? {}),
    ...parseConfig(run.algorithm, run.config, run.preset),
  });
}

/** Names the settings that differ. @throws LamoError `other-settings` */
export function compareSettings(
  earlier: Settings,
  given: Settings,
  words: Pick<LamoErrorDetails, 'problem' | 'hint'>,
): void {
  const names = Object.keys({ ...earlier, ...given }).filter(
    (name) => describe(given, name) !== describe(earlier, name),
  );
  if (names.length === 0) return;
  const list = (settings: Settings) => names.map((name) => describe(settings, name)).join(', ');
  throw new LamoError({
    where: 'cli/run',
    code: 'other-settings',
    ...words,
    expected: list(earlier),
    received: list(given),
  });
}

/** What a run and its manifest have in common. */
type Common = Pick<NewRun, 'seed' | 'logEvery' | 'checkpointEvery'>;

function settingsOf(
  { seed, logEvery, checkpointEvery }: Common,
  algorithm: string,
  more: Settings,
): Settings {
  return { algorithm, seed, logEvery, checkpointEvery, ...more };
}

function describe(settings: Settings, name: string): string {
  return `${name} ${JSON.stringify(settings[name]) ?? 'none'}`;
}
