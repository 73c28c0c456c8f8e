import type { CountedRanges } from '@lamo/data';
import { formatCount, formatSignificant } from '../terminal/format';
import { html, type Markup } from './html';
import { tenth } from './tenth';

/** Equally wide ranges of numbers from the smallest to the largest. */
export interface WordedRanges extends Pick<CountedRanges, 'rangeWidth' | 'isWhole'> {
  readonly min: number;
  readonly max: number;
}

/** What {@link histogram} draws. */
export interface Histogram extends WordedRanges, CountedRanges {
  /** Read out by screen readers. */
  readonly title: string;
}

const SIZE = { width: 260, height: 110, bottom: 90 };
/** Few ranges leave room between their bars. */
const WIDEST = 40;

/** Draws how many there are in each range, as bars over an axis with its two ends. */
export function histogram({ title, min, max, counts, rangeWidth, isWhole }: Histogram): Markup {
  const { width, height, bottom } = SIZE;
  const most = Math.max(1, ...counts);
  const step = width / counts.length;
  const wide = Math.min(step - 1, WIDEST);
  const bars = counts.map((count, i) => {
    const range = rangeWords({ min, max, rangeWidth, isWhole }, i);
    const tall = (count / most) * (bottom - 6);
    return html`<rect class="column" x="${tenth(i * step + (step - wide) / 2)}" y="${tenth(bottom - tall)}" width="${tenth(wide)}" height="${tenth(tall)}"><title>${range}: ${formatCount(count)}</title></rect>`;
  });
  return html`<svg class="series-0" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
<g class="axis"><line x1="0" x2="${width}" y1="${bottom}" y2="${bottom}"/></g>${bars}
${min === max ? label(width / 2, 'middle', min) : [label(0, 'start', min), label(width, 'end', max)]}</svg>`;
}

/** The numbers of a range: `0.5 to 1`, `4 to 7`, `4`. */
export function rangeWords({ min, max, rangeWidth, isWhole }: WordedRanges, i: number): string {
  const low = min + i * rangeWidth;
  const high = isWhole ? Math.min(low + rangeWidth - 1, max) : low + rangeWidth;
  return high <= low ? formatSignificant(low) : `${formatSignificant(low)} to ${formatSignificant(high)}`;
}

const label = (x: number, anchor: string, value: number) =>
  html`<text x="${x}" y="${SIZE.height - 2}" text-anchor="${anchor}">${formatSignificant(value)}</text>`;
