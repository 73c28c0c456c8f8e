import { type Comparison, compareEstimates } from '@lamo/eval';
import { comparisonKey, type LogEstimateRecord } from './log-estimate-records';

/** What a log says of the policy of a run. */
export interface JudgedRun {
  /** As it was named. */
  readonly run: string;
  /** What trained it. */
  readonly title: string;
  /** One for each estimator. */
  readonly records: readonly LogEstimateRecord[];
  /** Whether the estimates are in the run's folder. */
  readonly isKept: boolean;
}

/** Two policies by one estimator. */
export interface RunComparison extends Comparison {
  readonly estimator: string;
  readonly first: string;
  readonly second: string;
}

/** Compares, by each estimator, the policy that it puts first with every other one. */
export function compareOnLog(judged: readonly Pick<JudgedRun, 'run' | 'records'>[]): RunComparison[] {
  const alike = new Map<string, { readonly run: string; readonly record: LogEstimateRecord }[]>();
  for (const { run, records } of judged)
    for (const record of records.filter(({ verdict }) => verdict !== 'unusable')) {
      const key = comparisonKey(record);
      alike.set(key, [...(alike.get(key) ?? []), { run, record }]);
    }
  return [...alike.values()].flatMap((same) => {
    const [best, ...others] = same.sort((a, b) => b.record.value! - a.record.value!);
    return others.map(({ run, record }) => ({
      ...{ estimator: record.estimator, first: best!.run, second: run },
      ...compareEstimates(best!.record, record),
    }));
  });
}
