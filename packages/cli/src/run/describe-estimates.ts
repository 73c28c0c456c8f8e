import { isImpossible } from '@lamo/algos';
import { mean } from '@lamo/eval';
import type { RunGroup } from '../report/run-group';
import {
  formatCount,
  formatNumber,
  formatNumberOf,
  formatSignificant,
  formatTable,
} from '../terminal/format';
import type { EstimateRecord } from './estimate-records';

/** Values that differ in the third digit are told apart, whatever their size. */
export function formatEstimate(value: number): string {
  return Math.abs(value) < 10 ? formatSignificant(value) : formatNumber(value);
}

const show = formatEstimate;

/** `228 to 234`; – where there is none. */
export function formatRange(range: { readonly low: number; readonly high: number } | null): string {
  return range === null ? '–' : `${show(range.low)} to ${show(range.high)}`;
}

/** Stands for the estimate of networks that say what cannot be. */
export const DIVERGED = 'diverged';

/** One estimate in one line: `step 5,000  estimate 231  (95 % interval 228 to 234; networks 230 and 232)`. */
export function describeEstimateLine(record: EstimateRecord): string {
  const { step, value, interval, networks, attainable } = record;
  if (isImpossible(record))
    return `step ${formatCount(step)}  estimate ${show(value)}  (which cannot be: ${formatRange(attainable)} can)`;
  const range = interval === null ? [] : [`95 % interval ${formatRange(interval)}`];
  const apart = networks.length === 1 ? [] : [`networks ${networks.map(show).join(', ')}`];
  const details = [...range, ...apart].join('; ');
  return `step ${formatCount(step)}  estimate ${show(value)}${details && `  (${details})`}`;
}

/** Says what a policy seems to be worth, how sure that is, and of what it is not sure at all. */
export function describeEstimate(estimates: readonly EstimateRecord[]): string {
  const last = estimates.at(-1);
  if (last === undefined) return 'There is no estimate yet.';
  if (isImpossible(last))
    return [
      `Nothing is known of what the policy is worth. ${describeImpossible(last)}`,
      describeLogged(last),
    ].join('\n');
  const { value, interval, episodes, discount, resampled = false } = last;
  const range = interval === null ? '' : `, 95 % interval ${formatRange(interval)}`;
  const begun = `${formatCount(episodes)} ${episodes === 1 ? 'beginning' : 'beginnings'} of episodes`;
  return [
    `The policy is worth ${show(value)}${range}: its discounted return (discount ${discount}) from ${begun}.`,
    describeLogged(last),
    interval === null
      ? 'One beginning has no interval. How wrong the networks are, no logged data can tell.'
      : resampled
        ? IN_RESAMPLED
        : `The interval is over where episodes begin. ${NOT_IN_INTERVALS}`,
    ...describeSpread(last),
    ...describeDrift(estimates),
  ].join('\n');
}

/** What an interval of estimates leaves open. */
export const NOT_IN_INTERVALS = 'How wrong the networks are is not in it, and no logged data can tell.';

/** What an interval of networks holds that learned from different samples of the episodes. */
export const IN_RESAMPLED =
  'The interval is over where episodes begin, and over what the networks learn from other episodes. What all of them get wrong alike is not in it.';

/** Says what estimates can be compared with. */
export function describeLogged({ logged }: Pick<EstimateRecord, 'logged'>): string {
  return logged === null
    ? 'No episode of the data is finished, so there is nothing to compare it with.'
    : `The finished episodes of the data earned ${show(logged)} on average, discounted in the same way; those that were cut count as far as they went.`;
}

/** Says why the last of the estimates of a run should not be believed, if there is a reason. */
export function warnOfEstimates(estimates: readonly EstimateRecord[]): string[] {
  const last = estimates.at(-1);
  if (last === undefined) return [];
  return isImpossible(last) ? [describeImpossible(last)] : describeDrift(estimates);
}

/** Networks that differ know little. */
function describeSpread({ networks }: EstimateRecord): string[] {
  return networks.length === 1 ? [] : [`The networks alone say ${networks.map(show).join(', ')}.`];
}

/** Why an estimate that is impossible is not to be used. */
function describeImpossible({ value, networks, attainable }: EstimateRecord): string {
  const { low, high } = attainable!;
  const said = networks.length === 1 ? show(value) : networks.map(show).join(', ');
  return `The networks say ${said}, which cannot be: with rewards as in the data every policy is worth between ${show(low)} and ${show(high)}. They have diverged, as they do where the policy acts as nobody did in the data, or where nothing is known of what follows a cut. Do not use the estimate.`;
}

/** What an estimate may still move by without being called on its way. */
const SETTLED = 0.02;

/** Compares with the estimate after half of the steps: discounted futures take many replacements of the targets to add up. */
function describeDrift(estimates: readonly EstimateRecord[]): string[] {
  const last = estimates.at(-1)!;
  const half = estimates.findLast(({ step }) => 2 * step <= last.step);
  if (half === undefined) return [];
  const moved = last.value - half.value;
  if (Math.abs(moved) <= SETTLED * Math.max(Math.abs(last.value), Math.abs(half.value))) return [];
  return [
    `It was ${show(half.value)} at step ${formatCount(half.step)}: it is still moving, so train longer before you believe it.`,
  ];
}

/** Sums up runs that differ in their seed: a table, how far apart they are, and of which ones to beware. */
export function describeSeeds({ label, runs }: Pick<RunGroup, 'label' | 'runs'>): string {
  const known = runs.flatMap(({ manifest: { seed }, estimates }) => {
    const last = estimates.at(-1);
    return last === undefined ? [] : [{ seed, last, estimates }];
  });
  if (known.length === 0) return `${label}: no estimate yet.`;
  const rows = known.map(({ seed, last }) => [
    String(seed),
    isImpossible(last) ? DIVERGED : show(last.value),
    formatRange(isImpossible(last) ? null : last.interval),
    last.networks.map(show).join(', '),
  ]);
  const values = known.filter(({ last }) => !isImpossible(last)).map(({ last }) => last.value);
  return [
    label,
    formatTable([['seed', 'estimate', '95 % interval', 'networks'], ...rows]),
    ...(values.length === 0 ? [] : [describeMean(values)]),
    ...known.flatMap(({ seed, estimates }) =>
      warnOfEstimates(estimates).map((advice) => `seed ${seed}: ${advice}`),
    ),
  ].join('\n');
}

function describeMean(values: readonly number[]): string {
  const range = formatRange({ low: Math.min(...values), high: Math.max(...values) });
  return `mean ${show(mean(values))} of ${formatNumberOf(values.length, 'seed')}, ${range}. They share the data: what these leave open, all seeds may get wrong alike.`;
}
