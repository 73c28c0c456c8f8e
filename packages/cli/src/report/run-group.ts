import { algorithms, describeConfig } from '@lamo/algos';
import type { RunRecord } from './run-record';

/** Runs that differ in nothing but their seed. */
export interface RunGroup {
  /** `TD3+BC`, with what sets it apart if there are others of the same algorithm. */
  readonly label: string;
  /** Which colour it has everywhere. */
  readonly colour: number;
  readonly runs: readonly RunRecord[];
}

/** Puts runs together that differ only in their seed, in the order of their first appearance. */
export function groupRuns(runs: readonly RunRecord[]): RunGroup[] {
  const groups = new Map<string, RunRecord[]>();
  for (const run of runs) {
    const { algorithm, config, dataset } = run.manifest;
    const key = JSON.stringify([algorithm, config, dataset.hash]);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const lists = [...groups.values()];
  return lists.map((members, colour) => ({
    label: labelOf(members[0]!, lists),
    colour,
    runs: [...members].sort((a, b) => a.manifest.seed - b.manifest.seed),
  }));
}

/** Title of a run's algorithm; its name, if this version of lamo does not know it. */
export function titleOf({ manifest }: RunRecord): string {
  return algorithms.get(manifest.algorithm)?.title ?? manifest.algorithm;
}

function labelOf(run: RunRecord, groups: readonly (readonly RunRecord[])[]): string {
  const siblings = groups.map(([first]) => first!).filter((other) => titleOf(other) === titleOf(run));
  if (siblings.length === 1) return titleOf(run);
  const hasOtherData = siblings.some((other) => other.manifest.dataset.hash !== run.manifest.dataset.hash);
  const facts = [...(hasOtherData ? [run.manifest.dataset.name] : []), ...changedSettings(run)];
  return `${titleOf(run)} (${facts.join(', ') || 'defaults'})`;
}

/** Settings that differ from the defaults: `alpha 5`. */
export function changedSettings({ manifest }: RunRecord): string[] {
  const algorithm = algorithms.get(manifest.algorithm);
  const fields = algorithm === undefined ? [] : describeConfig(algorithm);
  const defaults = new Map(fields.map((field) => [field.name, field.default]));
  return Object.entries(manifest.config)
    .filter(([name, value]) => JSON.stringify(defaults.get(name)) !== JSON.stringify(value))
    .map(([name, value]) => `${inWords(name)} ${settingText(value)}`);
}

/** Writes a setting for readers: lists with commas, null as `none`. */
export function settingText(value: unknown): string {
  return (Array.isArray(value) ? value.join(', ') : String(value ?? '')) || 'none';
}

/** `criticLoss` → `critic loss`. */
export function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
