import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from 'd3-scale';
import { area, line } from 'd3-shape';
import { formatCount, formatNumber, formatSignificant } from '../terminal/format';
import { html, type Markup } from './html';
import { seriesClass } from './style';
import { tenth } from './tenth';

/** A point of a line; with `low` and `high`, of a band too. */
export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
  /** What is told of the point beside its series, in place of its step. */
  readonly name?: string;
}

/** One thing that a chart compares. */
export interface ChartSeries {
  readonly label: string;
  readonly colour: number;
  readonly points: readonly ChartPoint[];
  /** Thin lines behind: the single runs of a mean. */
  readonly runs?: readonly (readonly ChartPoint[])[];
}

/** What {@link lineChart} draws. */
export interface Chart {
  /** Read out by screen readers. */
  readonly title: string;
  readonly xLabel: string;
  readonly series: readonly ChartSeries[];
  /** Dashed lines across. */
  readonly references?: readonly { readonly y: number; readonly label: string }[];
  /** Draws a dot at every point, with its numbers as a tooltip. Without it only a series of a single point has one. @default false */
  readonly dots?: boolean;
  readonly size: { readonly width: number; readonly height: number };
}

const compact = new Intl.NumberFormat('en', { notation: 'compact' });

type Scale = ScaleContinuousNumeric<number, number>;

const MARGIN = { top: 14, bottom: 50, left: 58 };
/** Labels of reference lines stand right of the plot; a letter takes about this much. */
const LETTER = 7;
/** Least distance of two such labels. */
const LINE_HEIGHT = 15;

/** Draws lines over a common axis as SVG. Colours, fonts and strokes are the style sheet's. */
export function lineChart(chart: Chart): Markup {
  const { width, height } = chart.size;
  const everyPoint = chart.series.flatMap(({ points, runs = [] }) => [...points, ...runs.flat()]);
  const xs = everyPoint.map((point) => point.x);
  const x = scaleLinear()
    .domain([Math.min(0, ...xs), Math.max(...xs)])
    .range([MARGIN.left, rightEdge(chart)]);
  const y = verticalScale(chart, everyPoint).range([height - MARGIN.bottom, MARGIN.top]);
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${chart.title}">
${axes(chart, x, y)}
${references(chart, y)}
${chart.series.map((series) => drawBand(series, x, y))}
${chart.series.map((series) => drawLines(series, x, y))}
${chart.series.filter(({ points }) => chart.dots || points.length === 1).map((series) => drawDots(series, x, y))}
</svg>`;
}

/** Logarithmic where everything is positive and spans more than two decades, as losses often do. */
function verticalScale({ references = [] }: Chart, points: readonly ChartPoint[]): Scale {
  const values = [
    ...points.flatMap(({ y, low = y, high = y }) => [low, high]),
    ...references.map(({ y }) => y),
  ];
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (low > 0 && high / low > 100) return scaleLog().domain([low, high]).nice();
  const pad = low === high ? Math.abs(low) || 1 : 0;
  return scaleLinear()
    .domain([low - pad, high + pad])
    .nice(5);
}

function axes(chart: Chart, x: Scale, y: Scale): Markup {
  const { height } = chart.size;
  const right = rightEdge(chart);
  const bottom = height - MARGIN.bottom;
  return html`<g class="axis">
${verticalTicks(y).map(
  (value) => html`<line x1="${MARGIN.left}" x2="${right}" y1="${tenth(y(value))}" y2="${tenth(y(value))}"/>
<text x="${MARGIN.left - 10}" y="${tenth(y(value))}" dy="0.35em" text-anchor="end">${tickLabel(value)}</text>
`,
)}${x.ticks(Math.round((right - MARGIN.left) / 130)).map(
  (
    value,
  ) => html`<text x="${tenth(x(value))}" y="${bottom + 20}" text-anchor="middle">${formatNumber(value, 0)}</text>
`,
)}<text class="label" x="${(MARGIN.left + right) / 2}" y="${height - 8}" text-anchor="middle">${chart.xLabel}</text>
</g>`;
}

/** A few round numbers; on a logarithmic scale powers of ten. */
function verticalTicks(y: Scale): number[] {
  if (!('base' in y)) return y.ticks(5);
  const powers = y.ticks().filter((value) => Number.isInteger(Math.round(Math.log10(value) * 1e6) / 1e6));
  const stride = Math.ceil(powers.length / 6);
  return powers.filter((_, i) => i % stride === 0);
}

function tickLabel(value: number): string {
  if (Math.abs(value) >= 100_000) return compact.format(value).replace('-', '−');
  if (Math.abs(value) >= 1000) return formatCount(value).replace('-', '−');
  return Number.isInteger(value) ? formatNumber(value, 0) : formatSignificant(value);
}

function rightEdge({ size: { width }, references = [] }: Chart): number {
  return width - 22 - LETTER * Math.max(0, ...references.map(({ label }) => label.length));
}

/** Dashed lines with their labels, which make room for each other where lines lie close. */
function references(chart: Chart, y: Scale): Markup {
  const right = rightEdge(chart);
  const ascending = [...(chart.references ?? [])].sort((a, b) => a.y - b.y);
  let lowest = Infinity;
  return html`${ascending.map(({ y: value, label }) => {
    const height = y(value);
    lowest = Math.min(height, lowest - LINE_HEIGHT);
    return html`<g class="reference"><line x1="${MARGIN.left}" x2="${right}" y1="${tenth(height)}" y2="${tenth(height)}"/>
<text x="${right + 8}" y="${tenth(lowest)}" dy="0.35em">${label}</text></g>
`;
  })}`;
}

function drawBand({ colour, points }: ChartSeries, x: Scale, y: Scale): Markup {
  const path = area<ChartPoint>()
    .x((point) => x(point.x))
    .y0((point) => y(point.low ?? point.y))
    .y1((point) => y(point.high ?? point.y))
    .digits(1)([...points]);
  return points.some(({ low }) => low !== undefined)
    ? html`<path class="band ${seriesClass(colour)}" d="${path ?? ''}"/>\n`
    : html``;
}

function drawLines({ colour, points, runs = [] }: ChartSeries, x: Scale, y: Scale): Markup {
  const draw = line<ChartPoint>()
    .x((point) => x(point.x))
    .y((point) => y(point.y))
    .digits(1);
  const thin = runs.length > 1 ? runs : [];
  return html`${thin.map((run) => html`<path class="run ${seriesClass(colour)}" d="${draw([...run]) ?? ''}"/>\n`)}<path class="mean ${seriesClass(colour)}" d="${draw([...points]) ?? ''}"/>
`;
}

function drawDots({ label, colour, points }: ChartSeries, x: Scale, y: Scale): Markup {
  return html`${points.map(
    (
      point,
    ) => html`<circle class="dot ${seriesClass(colour)}" cx="${tenth(x(point.x))}" cy="${tenth(y(point.y))}" r="3.5"><title>${describe(label, point)}</title></circle>
`,
  )}`;
}

function describe(label: string, { x, y, low, high, name }: ChartPoint): string {
  const range =
    low === undefined || high === undefined ? '' : ` (${formatNumber(low)} to ${formatNumber(high)})`;
  if (name !== undefined) return `${label}, ${name}`;
  return `${label}, step ${formatCount(x)}: ${formatNumber(y)}${range}`;
}
