import { findAlgorithm, parseConfig, parseSavedConfig } from '@lamo/algos';
import { LamoError } from '@lamo/data';
import { type EvaluationPlan, readManifest } from './manifest';
import { wholeReading } from './open-dataset';
import { findRun } from './run-folder';
import type { NewRun } from './start-run';

type Settings = Readonly<Record<string, unknown>>;

/**
 * Checks that a run that is to go on was started with the settings that are given now. How many steps it takes may
 * differ, and its data are checked when it goes on.
 *
 * @throws LamoError `other-settings`, `not-a-run`
 */
export function checkSameSettings(run: NewRun): void {
  const manifest = readManifest(findRun(run.out).manifest);
  const given = settingsOf(run, run.algorithm.name, {
    ...wholeReading(run.reading ?? {}),
    ...parseConfig(run.algorithm, run.config, run.preset),
  });
  const config = parseSavedConfig(findAlgorithm(manifest.algorithm), manifest.config);
  const earlier = settingsOf(manifest, manifest.algorithm, { ...manifest.dataset.reading, ...config });
  const names = Object.keys({ ...earlier, ...given }).filter(
    (name) => describe(given, name) !== describe(earlier, name),
  );
  if (names.length === 0) return;
  const list = (settings: Settings) => names.map((name) => describe(settings, name)).join(', ');
  throw new LamoError({
    where: 'cli/run',
    code: 'other-settings',
    problem: `The run ${run.out} was started with other settings`,
    expected: list(earlier),
    received: list(given),
    hint: 'Give those that it was started with, replace it with --overwrite, or choose another --out.',
  });
}

/** What a run and its manifest have in common. */
interface Common {
  readonly seed: number;
  readonly logEvery: number;
  readonly checkpointEvery: number;
  readonly evaluation: Omit<EvaluationPlan, 'targetReturns'> | null;
}

function settingsOf(run: Common, algorithm: string, config: Settings): Settings {
  const { seed, logEvery, checkpointEvery } = run;
  const { environment, every: evaluateEvery, episodes, seed: evaluationSeed } = run.evaluation ?? {};
  const evaluation = { environment, evaluateEvery, episodes, evaluationSeed };
  return { algorithm, seed, logEvery, checkpointEvery, ...evaluation, ...config };
}

function describe(settings: Settings, name: string): string {
  return `${name} ${JSON.stringify(settings[name]) ?? 'none'}`;
}
