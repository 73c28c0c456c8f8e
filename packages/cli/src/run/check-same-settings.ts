import { findAlgorithm, parseConfig, parseSavedConfig } from '@lamo/algos';
import { absolute } from '../absolute';
import type { CommonRun } from './begin-run';
import { compareSettings, type Settings } from './compare-settings';
import { readManifest } from './read-manifest';
import { findRun } from './run-folder';
import { sidesOf } from './run-sides';
import type { Starter } from './starter';

/**
 * Checks that a run that is to be continued was started with the settings that are given now. How many steps it takes and where it
 * is computed may differ, and its data are checked when it continues.
 *
 * @param path folder of the run
 * @param plan the run that is asked for, by its steps: how often it is looked at may follow from them
 * @param hint what to do otherwise
 * @throws LamoError `other-settings`, `not-a-run`
 */
export async function checkSameSettings<Run extends CommonRun>(
  starter: Starter<Run>,
  path: string,
  plan: (steps: number) => Run,
  hint = 'Give those that it was started with, replace it with --overwrite, or choose another --out.',
): Promise<void> {
  const manifest = readManifest(findRun(path).manifest);
  const { data, result } = sidesOf(manifest.algorithm);
  const earlier = settingsOf(manifest, manifest.algorithm, {
    ...result.settings(manifest),
    ...(manifest.initial && { initial: manifest.initial.from }),
    ...data.settings(manifest),
    ...parseSavedConfig(findAlgorithm(manifest.algorithm), manifest.config),
  });
  compareSettings(earlier, await givenSettings(starter, plan(manifest.steps)), {
    problem: `The run ${path} was started with other settings`,
    hint,
  });
}

/** All settings of a new run, the defaults too, but for how many steps it takes. */
export async function givenSettings<Run extends CommonRun>(
  starter: Starter<Run>,
  run: Run,
): Promise<Settings> {
  return settingsOf(run, run.algorithm.name, {
    ...(await starter.settings(run)),
    ...(run.initial !== undefined && { initial: absolute(run.initial) }),
    ...parseConfig(run.algorithm, run.config, run.preset),
  });
}

/** What a run and its manifest have in common. */
type Common = Pick<CommonRun, 'seed' | 'logEvery' | 'checkpointEvery'>;

function settingsOf(
  { seed, logEvery, checkpointEvery }: Common,
  algorithm: string,
  more: Settings,
): Settings {
  return { algorithm, seed, logEvery, checkpointEvery, ...more };
}
