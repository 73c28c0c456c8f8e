import { formatCount, formatSignificant } from '../terminal/format';
import { html, type Markup } from './html';

/** What {@link histogram} draws. */
export interface Histogram {
  /** Read out by screen readers. */
  readonly title: string;
  readonly min: number;
  readonly max: number;
  /** Of equally wide ranges from min to max. */
  readonly counts: readonly number[];
}

const SIZE = { width: 260, height: 110, bottom: 90 };

/** Draws how many there are in each range, as bars over an axis with its two ends. */
export function histogram({ title, min, max, counts }: Histogram): Markup {
  const { width, height, bottom } = SIZE;
  const most = Math.max(1, ...counts);
  const step = width / counts.length;
  const bars = counts.map((count, i) => {
    const [low, high] = [i, i + 1].map((edge) => min + ((max - min) * edge) / counts.length);
    const tall = (count / most) * (bottom - 6);
    const told = `${formatSignificant(low!)} to ${formatSignificant(high!)}: ${formatCount(count)}`;
    return html`<rect class="column" x="${round(i * step + 0.5)}" y="${round(bottom - tall)}" width="${round(step - 1)}" height="${round(tall)}"><title>${told}</title></rect>`;
  });
  return html`<svg class="series-0" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
<g class="axis"><line x1="0" x2="${width}" y1="${bottom}" y2="${bottom}"/></g>${bars}
<text x="0" y="${height - 2}">${formatSignificant(min)}</text>
<text x="${width}" y="${height - 2}" text-anchor="end">${formatSignificant(max)}</text></svg>`;
}

const round = (value: number) => String(Math.round(value * 10) / 10);
