import { basename, dirname } from 'node:path';
import { isImpossible } from '@lamo/algos';
import { mean } from '@lamo/eval';
import type { EstimateRecord } from '../run/estimate-records';
import { estimateOver } from '../statistic';
import { groupBy, type RunGroup } from './run-group';
import { dataOf, type RunRecord } from './run-record';
import { stepsPerSecondOf } from './run-times';
import { linesAt, sharedSteps } from './shared-steps';

/** Between what something lies. */
type Range = NonNullable<EstimateRecord['interval']>;

/** What a policy seems to be worth, by runs that differ only in their seed. */
export interface EstimateResult {
  readonly group: RunGroup;
  /** Those of the group that have estimates of this policy. */
  readonly runs: readonly RunRecord[];
  /** The path of the policy that was judged; its hash if the manifest does not say. */
  readonly judged: string;
  /** SHA-256 of its file. */
  readonly policy: string;
  /** The last step at which all runs have an estimate. */
  readonly step: number;
  /** Discounted return: the mean over the runs. */
  readonly value: number;
  /** Whether the networks of some run say what cannot be. */
  readonly isDiverged: boolean;
  /** 95 %: of the mean over the runs; of one run over where episodes begin, null if there is one beginning. */
  readonly interval: Range | null;
  /** Episodes whose beginnings were looked at. */
  readonly episodes: number;
  /** Discount of future rewards. */
  readonly discount: number;
  /** The lowest and the highest that a single network says, of any run. */
  readonly networks: Range;
  /** Mean discounted return of the finished episodes in the data; null if none is finished. */
  readonly logged: number | null;
  /** Between what the worth of every policy lies with rewards as in the data; null without a discount. */
  readonly attainable: Range | null;
  /** What is drawn: the estimate at each step that all runs have. */
  readonly points: readonly Pick<EstimateResult, 'step' | 'value' | 'interval'>[];
  /** Undefined if no run says how long it took. */
  readonly stepsPerSecond: number | undefined;
}

/** Policies that were judged from the same data with the same discount: only such estimates can be compared. */
export interface EstimateTable {
  /** Name of the data. */
  readonly data: string;
  readonly discount: number;
  /** At least one, the highest first, those that have diverged last. */
  readonly results: readonly EstimateResult[];
}

/** Sums up all groups that judge a policy, a table for each data and discount. */
export function estimateTables(groups: readonly RunGroup[]): EstimateTable[] {
  const results = groups.flatMap((group) =>
    // The file of one path may have been another one for some of the seeds.
    groupBy(
      group.runs.filter(({ estimates }) => estimates.length > 0),
      ({ estimates }) => estimates.at(-1)!.policy,
    ).flatMap((runs) => estimateResult(group, runs) ?? []),
  );
  return groupBy(results, ({ runs, discount }) => `${discount} ${dataOf(runs[0]!).key}`).map((same) => ({
    data: dataOf(same[0]!.runs[0]!).name,
    discount: same[0]!.discount,
    results: same.sort((a, b) => Number(a.isDiverged) - Number(b.isDiverged) || b.value - a.value),
  }));
}

function estimateResult(group: RunGroup, runs: readonly RunRecord[]): EstimateResult | undefined {
  const lines = runs.map(({ estimates }) => estimates);
  const points = sharedSteps(lines).map((step) => ({ step, ...estimateTogether(linesAt(lines, step)) }));
  const last = points.at(-1);
  if (last === undefined) return undefined;
  const records = linesAt(lines, last.step);
  const networks = records.flatMap((record) => record.networks);
  const { policy: path } = runs[0]!.manifest.config;
  const { policy, episodes, discount, logged, attainable } = records[0]!;
  return {
    ...{ group, runs, judged: typeof path === 'string' ? path : policy, policy, ...last },
    ...{ episodes, discount, logged, attainable, points, isDiverged: records.some(isImpossible) },
    networks: { low: Math.min(...networks), high: Math.max(...networks) },
    stepsPerSecond: stepsPerSecondOf(runs),
  };
}

/** With several runs they are what varies; a single run leaves only where episodes begin. */
function estimateTogether(records: readonly EstimateRecord[]): Pick<EstimateResult, 'value' | 'interval'> {
  const [first, ...others] = records;
  if (others.length === 0) return { value: first!.value, interval: first!.interval };
  return estimateOver([records.map(({ value }) => value)], mean);
}

/** Names the policies that were judged, by the names of their folders or files, so that no two have the same name. */
export function judgedNames(results: readonly EstimateResult[]): string[] {
  const names = results.map(({ judged }) => shortName(judged));
  return results.map(({ group, policy }, i) => {
    const isUnique = names.indexOf(names[i]!) === names.lastIndexOf(names[i]!);
    return isUnique ? names[i]! : `${names[i]} (${group.label}, SHA-256 ${policy.slice(0, 8)}…)`;
  });
}

/** `runs/td3-bc-log-s0` and the `policy.onnx` in it are both called `td3-bc-log-s0`. */
function shortName(path: string): string {
  const name = basename(path);
  return name === 'policy.onnx' ? basename(dirname(path)) || name : name;
}
