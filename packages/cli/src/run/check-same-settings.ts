import { findAlgorithm, parseConfig, parseSavedConfig } from '@lamo/algos';
import { LamoError, type LamoErrorDetails } from '@lamo/core';
import { absolute } from '../absolute';
import { type EstimateFields, type EstimationPlan, estimateSide } from './estimate-side';
import type { RunManifest } from './manifest';
import { wholeReading } from './open-dataset';
import type { DatasetFields, EvaluationPlan, PolicyFields } from './policy-manifest';
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
  const manifest = readManifest(findRun(run.out).manifest) as DatasetManifest;
  const config = parseSavedConfig(findAlgorithm(manifest.algorithm), manifest.config);
  const earlier = settingsOf(manifest, manifest.algorithm, {
    ...(manifest.initial && { initial: manifest.initial.from }),
    ...manifest.dataset.reading,
    ...config,
  });
  compareSettings(earlier, givenSettings(run), {
    problem: `The run ${run.out} was started with other settings`,
    hint: 'Give those that it was started with, replace it with --overwrite, or choose another --out.',
  });
}

/** All settings of a new run, the defaults too, but for how many steps it takes. */
export function givenSettings(run: NewRun): Settings {
  const judges = sidesOf(run.algorithm).result === estimateSide;
  const estimation = judges ? { estimation: { every: run.estimateEvery! } } : {};
  return settingsOf({ ...run, ...estimation }, run.algorithm.name, {
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

/** What a manifest says of a run on a dataset, whatever comes out. */
type DatasetManifest = RunManifest & DatasetFields & Partial<PolicyFields & EstimateFields>;

/** What a run and its manifest have in common. */
interface Common {
  readonly seed: number;
  readonly logEvery: number;
  readonly checkpointEvery: number;
  readonly evaluation?: Omit<EvaluationPlan, 'targetReturns'> | null;
  readonly estimation?: Pick<EstimationPlan, 'every'>;
}

function settingsOf(run: Common, algorithm: string, config: Settings): Settings {
  const { seed, logEvery, checkpointEvery } = run;
  const { environment, every: evaluateEvery, episodes, seed: evaluationSeed } = run.evaluation ?? {};
  const evaluation = { environment, evaluateEvery, episodes, evaluationSeed };
  const estimateEvery = run.estimation?.every;
  return { algorithm, seed, logEvery, checkpointEvery, ...evaluation, estimateEvery, ...config };
}

function describe(settings: Settings, name: string): string {
  return `${name} ${JSON.stringify(settings[name]) ?? 'none'}`;
}
