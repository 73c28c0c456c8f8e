import type { Interval } from '@lamo/eval';
import { scaleLinear } from 'd3-scale';
import { unitOf } from '../scores';
import { formatCount, formatNumber, formatNumberOf, formatRate } from '../terminal/format';
import { withTarget } from './compare-targets';
import { evaluationSection } from './evaluation-section';
import { explainResults } from './explain-results';
import { html, type Markup, withCode } from './html';
import type { Origin } from './outcomes';
import type { GroupResult } from './results';
import { groupBy } from './run-group';
import { seriesClass } from './style';

/** The scale of the intervals drawn in the table, in percent of their column. */
type Position = (value: number) => number;

/** Which evaluations a table shows. */
const CAPTIONS: Readonly<Record<Origin, string>> = {
  training:
    'Last evaluations in training, as planned: each policy at the last step at which all its seeds were evaluated',
  later: 'Evaluated later by `lamo evaluate`: all episodes at the last step together, each start once',
};

/** Writes what policies reached in an environment: a table for each origin, and what all of it means. */
export function scoreSection(environment: string, results: readonly GroupResult[]): Markup {
  const tables = groupBy(results, ({ origin }) => origin).map((same) => scoreTable(environment, same));
  return html`${tables}${explainResults(environment, results)}${evaluationSection(environment, results)}`;
}

/** Best first, each with its interval drawn on a common scale. */
function scoreTable(environment: string, results: readonly GroupResult[]): Markup {
  const unit = unitOf(environment);
  const sorted = [...results].sort((a, b) => b.mean - a.mean);
  const position = positions(unit, sorted);
  return html`<table class="scores">
<caption>${withCode(CAPTIONS[sorted[0]!.origin])}</caption>
<thead><tr><th>policy</th><th class="number">mean ${unit}</th><th class="interval">${intervalHead(unit, position)}</th>
<th class="number">IQM<span class="range">and its 95 % interval</span></th>
<th class="number">episodes</th><th class="number">seeds</th><th class="number">steps</th><th class="number">steps/s</th></tr></thead>
<tbody>
${sorted.map((result) => resultRow(result, unit, position))}</tbody>
</table>
`;
}

function resultRow(result: GroupResult, unit: string, position: Position): Markup {
  const { group, targetReturn, interquartileMean: iqm, seeds } = result;
  const cells: [label: string, value: string][] = [
    ['episodes', formatCount(result.episodes)],
    ['seeds', seeds < group.runs.length ? `${seeds} of ${group.runs.length}` : formatCount(seeds)],
    ['steps', formatCount(result.step)],
    ['steps/s', formatRate(result.stepsPerSecond)],
  ];
  return html`<tr><th scope="row"><span class="swatch ${seriesClass(group.colour)}"></span>${withTarget(group.label, targetReturn)}</th>
<td class="number main" data-label="mean ${unit}">${formatNumber(result.mean)}</td>
<td class="interval" data-label="95 % interval of the mean">${intervalBar(result, position)}<span class="range">${intervalText(result.interval)}, ${variedText(result)}</span></td>
<td class="number" data-label="IQM and its 95 % interval">${formatNumber(iqm.value)}<span class="range">${intervalText(iqm.interval)}</span></td>
${cells.map(([label, value]) => html`<td class="number" data-label="${label}">${value}</td>`)}</tr>
`;
}

/** A single value has none. */
function intervalText(interval: Interval | null): string {
  return interval === null ? '–' : `${formatNumber(interval.low)} to ${formatNumber(interval.high)}`;
}

/** What varies: `over 3 runs`. */
function variedText({ seeds, episodes }: GroupResult): string {
  return `over ${seeds > 1 ? formatNumberOf(seeds, 'run') : formatNumberOf(episodes, 'episode')}`;
}

/** Says what is in the column, and names points of the scale of scores. */
function intervalHead(unit: string, position: Position): Markup {
  const head = '95 % interval of the mean';
  if (unit !== 'score') return html`${head}`;
  const ticks = [0, 50, 100].map(
    (value) => html`<span class="tick" style="left:${percent(position(value))}">${value}</span>`,
  );
  return html`${head}<span class="bar">${ticks}</span>`;
}

/** A line from the interval's low to its high end, if there is one, and a dot at the mean. */
function intervalBar({ group, interval, mean }: GroupResult, position: Position): Markup {
  return html`<span class="bar" aria-hidden="true">${interval === null ? undefined : intervalLine(group.colour, interval, position)}<span class="point ${seriesClass(group.colour)}" style="left:${percent(position(mean))}"></span></span>`;
}

function intervalLine(colour: number, { low, high }: Interval, position: Position): Markup {
  const left = position(low);
  const width = Math.max(position(high) - left, 0.5);
  return html`<span class="span ${seriesClass(colour)}" style="left:${percent(left)};width:${percent(width)}"></span>`;
}

/** Scores lie on 0 to 100, or further out where they do; returns where they are. */
function positions(unit: string, results: readonly GroupResult[]): Position {
  const usual = unit === 'score' ? [0, 100] : [];
  const ends = [
    ...usual,
    ...results.flatMap(({ mean, interval }) => (interval === null ? mean : [interval.low, interval.high])),
  ];
  return scaleLinear()
    .domain([Math.min(...ends), Math.max(...ends)])
    .range([2, 98]);
}

function percent(value: number): string {
  return `${value.toFixed(1)}%`;
}
