import { findEstimator, LEAST_EPISODES, MEAN_WEIGHTS, type Verdict } from '@lamo/eval';
import { compareOnLog, type JudgedRun, type RunComparison } from '../run/compare-on-log';
import { DIVERGED, formatEstimate, formatRange } from '../run/describe-estimates';
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
    wordInterval(record),
    wordLogged(record),
    record.effectiveEpisodes === null ? '–' : formatNumber(record.effectiveEpisodes),
    VERDICTS[record.verdict],
  ]);
  const head = ['', 'estimate', '95 % interval', 'log earned', 'effective', 'verdict'];
  return formatTable([head, ...rows], { align: ['left', 'right', 'right', 'right', 'right', 'left'] });
}

/** A value; in brackets where it is not to be used. */
export function wordEstimate({
  value,
  verdict,
  fault,
}: Pick<LogEstimateRecord, 'value' | 'verdict' | 'fault'>): string {
  if (fault !== undefined) return DIVERGED;
  if (value === null) return '–';
  return verdict === 'unusable' ? `(${formatEstimate(value)})` : formatEstimate(value);
}

/** What was earned in the log; nothing where networks that have diverged say what it is worth from the cuts on. */
export function wordLogged({ logged, fault }: Pick<LogEstimateRecord, 'logged' | 'fault'>): string {
  return fault === undefined ? formatEstimate(logged) : '–';
}

/** The interval of an estimate; nothing of networks that have diverged. */
export function wordInterval({ interval, fault }: Pick<LogEstimateRecord, 'interval' | 'fault'>): string {
  return formatRange(fault === undefined ? interval : null);
}

/** What share of an estimate it may still move by without a word. */
const MOVING = 0.02;

/** What estimates of one policy leave open. */
export function cautionsOf(records: readonly LogEstimateRecord[]): string[] {
  const faults = new Set(records.flatMap(({ fault }) => fault ?? []));
  const widths = new Set(records.flatMap(({ basis }) => basis.bandwidth ?? []));
  const said = CAUTIONS.filter(([isSo]) => records.some(isSo)).map(([, words]) => words);
  const width = [...widths].map(
    (bandwidth) =>
      `Weights are those of a policy that acts around this one, with ${formatSignificant(bandwidth)} of the spread of whoever acted.`,
  );
  return [...faults, ...said, ...width];
}

/** What is said where it is so of one estimate. */
const CAUTIONS: readonly (readonly [isSo: (record: LogEstimateRecord) => boolean, words: string])[] = [
  [
    ({ effectiveEpisodes, episodes }) => (effectiveEpisodes ?? episodes) < LEAST_EPISODES,
    `Not usable: fewer than ${LEAST_EPISODES} episodes decide. The policy does what is hardly ever in the log.`,
  ],
  [
    ({ meanWeight }) =>
      meanWeight !== null && (meanWeight < MEAN_WEIGHTS.low || meanWeight > MEAN_WEIGHTS.high),
    'Not usable: weights that should be 1 on average are not, so what the log lacks counts as nothing earned. Take estimators whose weights are shared out: wis, wpdis, wdr.',
  ],
  [
    ({ value, interval, episodes }) => value !== null && interval === null && episodes > 1,
    'Not usable: there is no interval, because all weights are 0 in some resamples.',
  ],
  [
    ({ slack, basis }) => slack > 0 && basis.fqe === null,
    'How far the log surprises the policy’s own critics is in the interval of the initial value.',
  ],
  [
    ({ slack, basis, value, fault }) =>
      fault === undefined && basis.fqe !== null && slack > MOVING * Math.abs(value ?? 0),
    'FQE is still moving, and how far it may is in its intervals: more --steps make them narrower.',
  ],
  [
    ({ effectiveEpisodes }) => effectiveEpisodes !== null,
    'Effective: as many episodes of equal weight would say as much.',
  ],
  [
    ({ basis }) => basis.behaviour === 'fitted',
    'How likely the logged actions were is estimated from the log itself, each episode by a model of the others.',
  ],
  [
    ({ learnedFrom }) => learnedFrom,
    'The policy learned from this log, which flatters it; other episodes, or --held-out, do not.',
  ],
];

/** `By FQE, a is better than b: 3.1 to 5.2 more.` */
export function describeComparison({ estimator, first, second, verdict, difference }: RunComparison): string {
  const by = `By ${findEstimator(estimator).title}`;
  if (verdict === 'better')
    return `${by}, ${first} is better than ${second}: ${formatRange(difference)} more.`;
  return `${by}, the data cannot tell ${first} and ${second} apart (${formatRange(difference)} more).`;
}
