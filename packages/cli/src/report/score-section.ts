import { scaleLinear } from 'd3-scale';
import { mazeOf } from '../maze-of';
import { unitOf } from '../scores';
import { formatCount, formatNumber, formatTarget } from '../terminal/format';
import { withTarget } from './compare-targets';
import { html, type Markup } from './html';
import type { GroupResult } from './results';
import type { Origin } from './run-record';

/** The scale of the intervals drawn in the table, in percent of their column. */
type Position = (value: number) => number;

/** Which evaluations a table shows. */
const CAPTIONS: Readonly<Record<Origin, string>> = {
  training: 'Evaluated in training, as planned: the last step at which all seeds were evaluated',
  later: 'Evaluated later by `lamo evaluate`: all episodes together, each start once',
};

/** Writes the table of results of one origin in an environment, best first, each with its interval drawn on a common scale. */
export function scoreSection(environment: string, results: readonly GroupResult[]): Markup {
  const unit = unitOf(environment);
  const sorted = [...results].sort((a, b) => b.mean - a.mean);
  const position = positions(unit, sorted);
  return html`<table class="scores">
<caption>${CAPTIONS[sorted[0]!.origin]}</caption>
<thead><tr><th>policy</th><th class="number">${unit}</th><th class="interval">${intervalHead(unit, position)}</th><th class="number">IQM</th>
<th class="number">episodes</th><th class="number">seeds</th><th class="number">steps</th><th class="number">steps/s</th></tr></thead>
<tbody>
${sorted.map((result) => resultRow(result, unit, position))}</tbody>
</table>
<p class="note">${explainScore(unit)} ${explainInterval(results)} ${explainTarget(environment, results)}${explainMaze(environment)}${explainTargets(results)}${explainSpent(results)}</p>`;
}

function resultRow(result: GroupResult, unit: string, position: Position): Markup {
  const { group, targetReturn, low, high, interquartileMean: iqm } = result;
  const cells: [label: string, value: string][] = [
    ['episodes', formatCount(result.episodes)],
    ['seeds', formatCount(result.seeds)],
    ['steps', formatCount(result.step)],
    ['steps/s', Number.isFinite(result.stepsPerSecond) ? formatCount(result.stepsPerSecond) : '–'],
  ];
  return html`<tr><th scope="row"><span class="swatch series-${group.colour}"></span>${withTarget(group.label, targetReturn)}</th>
<td class="number main" data-label="${unit}">${formatNumber(result.mean)}</td>
<td class="interval" data-label="95 % interval">${intervalBar(result, position)}<span class="range">${formatNumber(low)} to ${formatNumber(high)}</span></td>
<td class="number" data-label="IQM">${formatNumber(iqm.value)}<span class="range">${formatNumber(iqm.low)} to ${formatNumber(iqm.high)}</span></td>
${cells.map(([label, value]) => html`<td class="number" data-label="${label}">${value}</td>`)}</tr>
`;
}

/** Names the two ends of the scale of scores. */
function intervalHead(unit: string, position: Position): Markup {
  if (unit !== 'score') return html`95 % interval`;
  const ticks = [0, 50, 100].map(
    (value) => html`<span class="tick" style="left:${percent(position(value))}">${value}</span>`,
  );
  return html`<span class="bar">${ticks}</span>`;
}

/** A line from the interval's low to its high end, and a dot at the mean. */
function intervalBar({ group, low, high, mean }: GroupResult, position: Position): Markup {
  const left = position(low);
  const width = Math.max(position(high) - left, 0.5);
  return html`<span class="bar" aria-hidden="true"><span class="span series-${group.colour}" style="left:${percent(left)};width:${percent(width)}"></span><span class="point series-${group.colour}" style="left:${percent(position(mean))}"></span></span>`;
}

/** Scores lie on 0 to 100, or further out where they do; returns where they are. */
function positions(unit: string, results: readonly GroupResult[]): Position {
  const usual = unit === 'score' ? [0, 100] : [];
  const ends = [...usual, ...results.flatMap(({ low, high }) => [low, high])];
  return scaleLinear()
    .domain([Math.min(...ends), Math.max(...ends)])
    .range([2, 98]);
}

function percent(value: number): string {
  return `${value.toFixed(1)}%`;
}

function explainScore(unit: string): string {
  return unit === 'score'
    ? 'Scores are on D4RL’s scale: 0 is what a random policy gets, 100 what D4RL’s expert gets; both can be passed.'
    : 'Returns are undiscounted sums of rewards.';
}

function explainInterval(results: readonly GroupResult[]): string {
  const counts = results.map(({ seeds }) => seeds);
  const sentences = [
    ...(Math.max(...counts) > 1
      ? [
          'Where there are several seeds, the mean, the IQM and their 95 % bootstrap intervals are of the runs’ mean results; of two or three runs, such an interval is no wider than from the lowest to the highest, which is too narrow.',
        ]
      : []),
    ...(Math.min(...counts) === 1
      ? [
          'Where there is one seed, they are of its episodes: the intervals say how far other episodes might move the result, and nothing about other seeds.',
        ]
      : []),
  ];
  return `${sentences.join(' ')} IQM is the interquartile mean, without the lowest and the highest quarter (rounded down, so of fewer than four values it is the mean).`;
}

function explainTarget(environment: string, results: readonly GroupResult[]): string {
  const found = results.find(({ targetReturn }) => targetReturn !== null);
  if (found === undefined) return '';
  const target = formatTarget(found.targetReturn!);
  return `“Target ${target}” means that the policy was told to earn a return of ${target} in an episode of ${environment}; unless it was set, that is the highest return in the data. `;
}

function explainMaze(environment: string): string {
  if (mazeOf(environment) === undefined) return '';
  return 'In a maze a policy that imitates can score below 0: the logged player mostly passed this goal on its way to others, while a random policy hardly moves and keeps earning when it starts there. ';
}

/** A choice by the score flatters, so what there was to choose from is told. */
function explainTargets(results: readonly GroupResult[]): string {
  const chosen = results.filter(({ targets }) => targets.length > 1);
  if (chosen.length === 0) return '';
  const lists = chosen.map(({ group, targets }) => {
    const scores = targets.map(({ targetReturn, mean }) => {
      return `${formatNumber(mean)} for ${targetReturn === null ? 'none' : formatTarget(targetReturn)}`;
    });
    return `${group.label} ${scores.join(', ')}`;
  });
  return `Where several target returns were tried, the best is shown, as LaMo’s authors do; that choice was made by these very scores. All that were tried, with the means: ${lists.join('; ')}. `;
}

function explainSpent(results: readonly GroupResult[]): string {
  const spent = results.map(
    ({ group, spent }) =>
      `${group.label} ${formatCount(spent.evaluations)} (${formatCount(spent.episodes)} episodes)`,
  );
  return `Evaluations spent in all: ${spent.join(', ')}.`;
}
