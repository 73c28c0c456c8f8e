import { basename, dirname, isAbsolute } from 'node:path';
import { algorithms, describeConfig, POLICY_FILE, parseSavedConfig } from '@lamo/algos';
import { LamoError } from '@lamo/core';
import type { RunManifest } from '../run/manifest';
import { sortedJson } from '../run/sorted-json';
import { formatNumberOf, inWords } from '../terminal/format';
import { dataOf, type RunRecord } from './run-record';

/** Runs that differ only in their seed, each seed once. */
export interface RunGroup {
  /** `TD3+BC`, with what sets it apart if there are others of the same algorithm. */
  readonly label: string;
  /** Which colour it has everywhere. */
  readonly colour: number;
  readonly runs: readonly RunRecord[];
  /** Further runs of the same seeds. They say nothing about other seeds, so they do not count. */
  readonly repeats: readonly Repeat[];
}

/** A run that repeats another one: the same settings, the same data, the same seed. */
export interface Repeat {
  readonly run: RunRecord;
  readonly of: RunRecord;
}

/** Puts runs together that differ only in their seed, in the order of their first appearance. */
export function groupRuns(runs: readonly RunRecord[]): RunGroup[] {
  const lists = groupBy(runs, (run) =>
    JSON.stringify([
      run.manifest.algorithm,
      choiceKey(run.manifest),
      run.manifest.initial?.hash,
      dataOf(run).key,
    ]),
  ).map(oneForEachSeed);
  const labels = labelsOf(lists.map((members) => members.runs[0]!));
  return lists.map((members, colour) => ({ label: labels[colour]!, colour, ...members }));
}

/** Puts values with equal keys together, in the order of their first appearance. */
export function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return [...groups.values()];
}

/** Equal for equal settings and as many planned steps: a learning rate may fall over them. */
export function choiceKey(manifest: RunManifest): string {
  return `${manifest.steps} ${configKey(manifest)}`;
}

/** Equal for equal settings, in whichever order a file names them. */
export function configKey(manifest: RunManifest): string {
  return sortedJson(settingsOf(manifest));
}

/**
 * All settings of a run. Those that came with a later version have the values by which the run acted, so that runs of before
 * and after are of one policy. As they were written, if this version of lamo does not know them.
 */
export function settingsOf({ algorithm: name, config }: RunManifest): RunManifest['config'] {
  const algorithm = algorithms.get(name);
  if (algorithm === undefined) return config;
  try {
    return parseSavedConfig(algorithm, config) as RunManifest['config'];
  } catch (error) {
    if (!LamoError.isInstance(error)) throw error;
    return config;
  }
}

/** Of the runs of one seed the most evaluated one counts, the first of equals: nothing is chosen by a score. */
function oneForEachSeed(members: readonly RunRecord[]): Pick<RunGroup, 'runs' | 'repeats'> {
  const chosen = new Map<number, RunRecord>();
  for (const run of members) {
    const other = chosen.get(run.manifest.seed);
    if (other === undefined || isMoreEvaluated(run, other)) chosen.set(run.manifest.seed, run);
  }
  const runs = [...chosen.values()].sort((a, b) => a.manifest.seed - b.manifest.seed);
  const repeats = members
    .filter((run) => !runs.includes(run))
    .map((run) => ({ run, of: chosen.get(run.manifest.seed)! }));
  return { runs, repeats };
}

/** Title of a run's algorithm; its name, if this version of lamo does not know it. */
export function titleOf({ manifest }: RunRecord): string {
  return algorithms.get(manifest.algorithm)?.title ?? manifest.algorithm;
}

/** What was planned counts first: evaluations in training, estimates, snapshots. */
function isMoreEvaluated(run: RunRecord, other: RunRecord): boolean {
  const planned = ({ evaluations, estimates, perplexities, preferences }: RunRecord) =>
    evaluations.filter(({ inTraining }) => inTraining).length +
    [estimates, perplexities, preferences].reduce((sum, { length }) => sum + length, 0);
  const difference = planned(run) - planned(other);
  return difference > 0 || (difference === 0 && run.evaluations.length > other.evaluations.length);
}

/** Names groups by a run of each, so that no two have the same name. */
function labelsOf(runs: readonly RunRecord[]): string[] {
  const short = runs.map((run) => labelOf(run, runs, nameOf));
  const isUnique = (label: string) => short.indexOf(label) === short.lastIndexOf(label);
  // Of folders with the same name the whole path is shown.
  const labels = runs.map((run, i) => (isUnique(short[i]!) ? short[i]! : labelOf(run, runs, (path) => path)));
  return tellApart(labels, runs);
}

/** Adds to labels that occur twice the folder of a run of each. */
export function tellApart(labels: readonly string[], runs: readonly RunRecord[]): string[] {
  return labels.map((label, i) => {
    const isUnique = labels.indexOf(label) === labels.lastIndexOf(label);
    return isUnique ? label : `${label}, ${runs[i]!.path}`;
  });
}

function labelOf(run: RunRecord, others: readonly RunRecord[], show: Shown): string {
  const siblings = others.filter((other) => titleOf(other) === titleOf(run));
  if (siblings.length === 1) return titleOf(run);
  const data = dataOf(run);
  const { steps, initial } = run.manifest;
  const hasOtherSteps = siblings.some(
    ({ manifest }) => manifest.steps !== steps && configKey(manifest) === configKey(run.manifest),
  );
  const hasOtherData = siblings.some((other) => dataOf(other).key !== data.key);
  const facts = [
    ...(hasOtherData ? [data.name] : []),
    ...settingTexts(Object.entries(data.reading), show),
    ...changedSettings(run, show),
    ...settingTexts(initial === undefined ? [] : [['initial', initial.from]], show),
    ...(hasOtherSteps ? [formatNumberOf(steps, 'step')] : []),
  ];
  return `${titleOf(run)} (${facts.join(', ') || 'defaults'})`;
}

/** Settings that differ from the defaults: `alpha 5`. */
export function changedSettings({ manifest }: RunRecord, show: Shown = nameOf): string[] {
  const algorithm = algorithms.get(manifest.algorithm);
  const fields = algorithm === undefined ? [] : describeConfig(algorithm);
  const defaults = new Map(fields.map((field) => [field.name, field.default]));
  return settingTexts(
    Object.entries(settingsOf(manifest)).filter(
      ([name, value]) => JSON.stringify(defaults.get(name)) !== JSON.stringify(value),
    ),
    show,
  );
}

/** How a value is shown in a label. */
type Shown = (value: unknown) => unknown;

function settingTexts(settings: readonly (readonly [name: string, value: unknown])[], show: Shown): string[] {
  return settings.map(([name, value]) => `${inWords(name)} ${settingText(show(value))}`);
}

/** Files and folders that every run has under the same name. */
const OF_EVERY_RUN = ['model', POLICY_FILE];

/** Of a path its last part, of what every run has that of the run; other values as they are. */
function nameOf(value: unknown): unknown {
  if (typeof value !== 'string' || !isAbsolute(value)) return value;
  const name = basename(value);
  return OF_EVERY_RUN.includes(name) ? basename(dirname(value)) : name;
}

/** Writes a setting for readers: lists with commas, null as `none`. */
export function settingText(value: unknown): string {
  return (Array.isArray(value) ? value.join(', ') : String(value ?? '')) || 'none';
}
