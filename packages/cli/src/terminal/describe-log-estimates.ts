import { findEstimator, LEAST_EPISODES, type Verdict } from '@lamo/eval';
import { compareOnLog, type JudgedRun, type RunComparison } from '../run/compare-on-log';
import { formatEstimate } from '../run/describe-estimates';
import type { LogEstimateRecord } from '../run/log-estimate-records';
import { formatCount, formatNumber, formatSignificant, formatTable } from './format';

/** What a verdict beside the log is called. */
export const VERDICTS: Readonly<Record<Verdict, string>> = {
  better: 'better than the log',
  worse: 'worse than the log',
  undecided: 'the data cannot tell',
  unusable: 'not usable',
};

/** Says of policies what a log tells of them: a table for each, what that leaves open, and how they compare. */
export function describeLogEstimates(judged: readonly JudgedRun[]): string {
  const parts = judged.map(({ run, title, records }) =>
    records.length === 0
      ? `${run} (${title}): no estimate`
      : [`${run} (${title}), ${describeBasis(records)}`, estimateTable(records), ...cautionsOf(records)].join(
          '\n',
        ),
  );
  const comparisons = compareOnLog(judged).map(describeComparison);
  return [...parts, ...(comparisons.length > 0 ? [comparisons.join('\n')] : [])].join('\n\n');
}

function describeBasis([first]: readonly LogEstimateRecord[]): string {
  const { basis, episodes, step } = first!;
  return `${formatCount(step)} steps: discounted return (discount ${basis.discount}) from ${formatCount(episodes)} episodes of ${basis.log.name}`;
}

function estimateTable(records: readonly LogEstimateRecord[]): string {
  const rows = records.map((record) => [
    findEstimator(record.estimator).title,
    wordEstimate(record),
    wordRange(record.interval),
    formatEstimate(record.logged),
    record.effectiveEpisodes === null ? '–' : formatNumber(record.effectiveEpisodes),
    VERDICTS[record.verdict],
  ]);
  const head = ['', 'estimate', '95 % interval', 'log earned', 'effective', 'verdict'];
  return formatTable([head, ...rows], { align: ['left', 'right', 'right', 'right', 'right', 'left'] });
}

/** A value; in brackets where it is not to be used. */
export function wordEstimate({ value, verdict }: Pick<LogEstimateRecord, 'value' | 'verdict'>): string {
  if (value === null) return '–';
  return verdict === 'unusable' ? `(${formatEstimate(value)})` : formatEstimate(value);
}

/** An interval in words. */
export function wordRange(range: { readonly low: number; readonly high: number } | null): string {
  return range === null ? '–' : `${formatEstimate(range.low)} to ${formatEstimate(range.high)}`;
}

/** What estimates of one policy leave open. */
export function cautionsOf(records: readonly LogEstimateRecord[]): string[] {
  const isWeighted = ({ effectiveEpisodes }: LogEstimateRecord) => effectiveEpisodes !== null;
  const few = records.some(
    ({ effectiveEpisodes, episodes }) => (effectiveEpisodes ?? episodes) < LEAST_EPISODES,
  );
  const faults = new Set(records.flatMap(({ fault }) => fault ?? []));
  const fitted = records.some(({ basis }) => basis.behaviour === 'fitted');
  const bandwidth = records.find(({ basis }) => basis.bandwidth !== null)?.basis.bandwidth;
  return [
    ...faults,
    ...(few
      ? [
          `Not usable: fewer than ${LEAST_EPISODES} episodes decide. The policy does what is hardly ever in the log; estimates by networks (fqe) need less.`,
        ]
      : []),
    ...(records.some(({ meanWeight }) => meanWeight !== null && (meanWeight < 0.5 || meanWeight > 2))
      ? [
          'Not usable: weights that should be 1 on average are not, so what the log lacks counts as nothing earned. Take estimators whose weights are shared out: wis, wpdis, wdr.',
        ]
      : []),
    ...(records.some(({ slack }) => slack > 0)
      ? ['How far the log surprises the policy’s own critics is in the interval of the initial value.']
      : []),
    ...(records.some(isWeighted) ? ['Effective: as many episodes of equal weight would say as much.'] : []),
    ...(fitted
      ? [
          'How likely the logged actions were is estimated from the log itself, each episode by a model of the others.',
        ]
      : []),
    ...(bandwidth === undefined || bandwidth === null
      ? []
      : [
          `Weights are those of a policy that acts around this one, with ${formatSignificant(bandwidth)} of the spread of whoever acted.`,
        ]),
    ...(records.some(({ learnedFrom }) => learnedFrom)
      ? ['The policy learned from this log, which flatters it; other episodes, or --held-out, do not.']
      : []),
  ];
}

/** `By FQE, a is better than b: 3.1 to 5.2 more.` */
export function describeComparison({ estimator, first, second, verdict, difference }: RunComparison): string {
  const by = `By ${findEstimator(estimator).title}`;
  if (verdict === 'better') return `${by}, ${first} is better than ${second}: ${wordRange(difference)} more.`;
  return `${by}, the data cannot tell ${first} and ${second} apart (${wordRange(difference)} more).`;
}
