import { type EvaluationSummary, LAST_SHARE } from '@lamo/eval';
import { formatCount, formatNumber } from '../terminal/format';
import type { TargetSummary } from './compare-targets';
import { html, type Markup } from './html';

/** What {@link TargetSummary.meanOfLast} is called, everywhere. */
export const MEAN_OF_LAST = `mean of the last ${100 * LAST_SHARE} % of steps`;

/** Evaluations of runs, summed up: the last, the mean of the last ones, the best. */
export type Ways = Pick<TargetSummary, 'last' | 'meanOfLast' | 'best' | 'runs'>;

/** A row of the table. */
export interface WaysRow {
  readonly name: Markup;
  readonly ways: Ways;
}

/** Tells whether there was one evaluation of each run: it is the last, the best, and the mean of the last ones. */
export function isOneLook({ runs }: Ways): boolean {
  return runs.every(({ best }) => best.chosenFrom === 1);
}

/** Writes evaluations in training in three ways, which stay apart. */
export function waysTable(caption: string, unit: string, rows: readonly WaysRow[]): Markup {
  return html`<table class="scores">
<caption>${caption}: compare numbers of one column only</caption>
<thead><tr><th>policy</th><th class="number">last ${unit}</th><th class="number">${MEAN_OF_LAST}</th>
<th class="number">best, chosen by looking</th></tr></thead>
<tbody>
${rows.map(waysRow)}</tbody>
</table>
<ul class="note">${WAYS.map((note) => html`<li>${note}</li>\n`)}</ul>
`;
}

function waysRow({ name, ways: { last, meanOfLast, best, runs } }: WaysRow): Markup {
  const interval = meanOfLast.interval;
  const over =
    interval === null
      ? undefined
      : `95 % interval ${formatNumber(interval.low)} to ${formatNumber(interval.high)}; `;
  return html`<tr><th scope="row">${name}</th>
<td class="number" data-label="last">${formatNumber(last.value)}</td>
<td class="number" data-label="${MEAN_OF_LAST}">${formatNumber(meanOfLast.value)}<span class="range">${over}${describeLastOnes(runs)}</span></td>
<td class="number" data-label="best, chosen by looking">${formatNumber(best)}<span class="range">of ${describeLooks(runs)}</span></td></tr>
`;
}

/** From how many evaluations of each run its best is chosen: `10 evaluations`, `9 to 10 evaluations`. */
export function describeLooks(runs: readonly EvaluationSummary[]): string {
  return describeCounts(runs.map(({ best }) => best.chosenFrom));
}

/** Of how many evaluations of each run the mean of the last ones is. */
export function describeLastOnes(runs: readonly EvaluationSummary[]): string {
  return describeCounts(runs.map(({ meanOfLast }) => meanOfLast.evaluations));
}

function describeCounts(counts: readonly number[]): string {
  const most = Math.max(...counts);
  const ends = [...new Set([Math.min(...counts), most])];
  return `${ends.map(formatCount).join(' to ')} evaluation${most === 1 ? '' : 's'}`;
}

/** What each column answers. */
const WAYS = [
  'Last: the policy that training ends with. No step was chosen, so this is the number to quote, and what the other tables of evaluations in training show.',
  `The ${MEAN_OF_LAST}: of a run’s evaluations in them, as LaMo’s authors report. It depends less on the draw of one evaluation, and no step was chosen either.`,
  'Best: the highest of a run’s evaluations. It is chosen by looking, at the price of all those evaluations in the environment, and by chance alone it is higher than what the policy would reach again. Compare it only with bests of as many evaluations.',
  'All three are of each run first; what is shown is the mean over the runs, and the interval is over the runs.',
];
