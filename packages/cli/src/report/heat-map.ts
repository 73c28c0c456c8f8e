import { formatCount, formatSignificant } from '../terminal/format';
import { rangeWords, type WordedRanges } from './histogram';
import { html, type Markup } from './html';
import { tenth } from './tenth';

/** One side of a heat map: equally wide ranges of numbers, or classes by name. */
export interface HeatMapSide extends WordedRanges {
  readonly name: string;
  /** How many ranges there are. */
  readonly length: number;
  /** What stands for each range, if it is a class. */
  readonly labels?: readonly string[] | undefined;
}

/** What {@link heatMap} draws. */
export interface HeatMap {
  readonly x: HeatMapSide;
  readonly y: HeatMapSide;
  /** [x, y] how many there are of each pair of ranges. */
  readonly counts: Uint32Array;
}

const PLOT = { left: 46, top: 2, width: 212, height: 110 };
const HEIGHT = PLOT.top + PLOT.height + 18;
/** Longer names of classes are cut: pointing at a cell tells them in full. */
const LONGEST_LABEL = 7;
/** More classes than this have no room for their names. */
const MOST_LABELS = 10;

/** Draws how often each pair occurs: the darker, the more often; what never does stays empty. */
export function heatMap({ x, y, counts }: HeatMap): Markup {
  const [wide, tall] = [PLOT.width / x.length, PLOT.height / y.length];
  const most = counts.reduce((a, b) => Math.max(a, b), 1);
  const cells = Array.from(counts, (count, cell) => {
    if (count === 0) return undefined;
    const [column, row] = [Math.floor(cell / y.length), cell % y.length];
    const left = PLOT.left + column * wide;
    // Upwards, as numbers grow.
    const top = PLOT.top + PLOT.height - (row + 1) * tall;
    const told = `${x.name} ${wordsOf(x, column)}, ${y.name} ${wordsOf(y, row)}: ${formatCount(count)}`;
    // The square root shows what is rare.
    const opacity = 0.08 + 0.92 * Math.sqrt(count / most);
    return html`<rect class="column" x="${tenth(left)}" y="${tenth(top)}" width="${tenth(wide)}" height="${tenth(tall)}" opacity="${opacity.toFixed(2)}"><title>${told}</title></rect>`;
  });
  const bottom = PLOT.top + PLOT.height;
  return html`<svg class="series-0" viewBox="0 0 ${PLOT.left + PLOT.width + 2} ${HEIGHT}" role="img" aria-label="${y.name} against ${x.name}">
<g class="axis"><line x1="${PLOT.left}" x2="${PLOT.left + PLOT.width}" y1="${bottom}" y2="${bottom}"/><line x1="${PLOT.left}" x2="${PLOT.left}" y1="${PLOT.top}" y2="${bottom}"/></g>
${cells}${sideLabels(y, tall)}
<text x="${PLOT.left}" y="${HEIGHT - 3}">${formatSignificant(x.min)}</text>
<text x="${PLOT.left + PLOT.width}" y="${HEIGHT - 3}" text-anchor="end">${formatSignificant(x.max)}</text></svg>`;
}

function sideLabels({ labels, min, max }: HeatMapSide, tall: number): Markup[] {
  const bottom = PLOT.top + PLOT.height;
  if (labels === undefined)
    return [leftLabel(bottom, formatSignificant(min)), leftLabel(PLOT.top + 9, formatSignificant(max))];
  if (labels.length > MOST_LABELS) return [];
  return labels.map((label, row) => leftLabel(bottom - (row + 0.5) * tall + 3, cut(label)));
}

const leftLabel = (y: number, text: string) =>
  html`<text x="${PLOT.left - 5}" y="${tenth(y)}" text-anchor="end">${text}</text>`;

const wordsOf = (side: HeatMapSide, i: number) => side.labels?.[i] ?? rangeWords(side, i);
const cut = (label: string) =>
  label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1)}…` : label;
