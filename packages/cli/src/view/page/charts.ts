import type { Trace } from '../traces';

/** Lines over an episode, with a mark at the moment that is shown. */
export interface Charts {
  /** Draws the traces of another episode. */
  load(traces: readonly Trace[]): void;
  /** Moves the marks, and says the numbers there. */
  show(row: number): void;
}

const WIDTH = 1000;
const HEIGHT = 100;
/** Of the height, above and below the lines. */
const MARGIN = 6;

const number = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });

/** @param onSeek called with the row that somebody points at */
export function createCharts(place: HTMLElement, onSeek: (row: number) => void): Charts {
  let shown: { readonly trace: Trace; readonly mark: SVGElement; readonly value: HTMLElement }[] = [];
  return {
    load(traces) {
      shown = traces
        .map((trace, i) => {
          const figure = document.createElement('figure');
          const value = document.createElement('output');
          const [low, high] = rangeOf(trace);
          figure.append(caption(trace.name, value), chart(trace, i, low, high), scale(low, high));
          const svg = figure.querySelector('svg')!;
          const mark = svg.appendChild(element('line', { class: 'mark', y1: 0, y2: HEIGHT }));
          const rows = trace.lines[0]!.length;
          const seek = ({ clientX, buttons, type }: PointerEvent) => {
            if (type === 'pointermove' && buttons === 0) return;
            const { left, width } = svg.getBoundingClientRect();
            onSeek(Math.round(((clientX - left) / width) * (rows - 1)));
          };
          svg.addEventListener('pointerdown', seek);
          svg.addEventListener('pointermove', seek);
          return { trace, mark, value, figure };
        })
        .map(({ figure, ...rest }, i) => {
          if (i === 0) place.replaceChildren();
          place.append(figure);
          return rest;
        });
    },
    show(row) {
      for (const { trace, mark, value } of shown) {
        const rows = trace.lines[0]!.length;
        const x = String((row / Math.max(1, rows - 1)) * WIDTH);
        mark.setAttribute('x1', x);
        mark.setAttribute('x2', x);
        value.textContent = trace.lines.map((line) => format(line[Math.floor(row)]!)).join('  ');
      }
    },
  };
}

function caption(name: string, value: HTMLElement): HTMLElement {
  const caption = document.createElement('figcaption');
  const label = document.createElement('strong');
  label.textContent = name;
  caption.append(label, ' ', value);
  return caption;
}

function chart({ name, lines }: Trace, series: number, low: number, high: number): SVGElement {
  const svg = element('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img' });
  svg.setAttribute('aria-label', `${name}, from ${format(low)} to ${format(high)}`);
  if (low < 0 && high > 0) {
    const y = heightOf(0, low, high);
    svg.append(element('line', { class: 'zero', x1: 0, x2: WIDTH, y1: y, y2: y }));
  }
  for (const [i, line] of lines.entries()) {
    const points = line.map((value, row) => {
      const x = (row / Math.max(1, line.length - 1)) * WIDTH;
      return `${x.toFixed(1)},${heightOf(value, low, high).toFixed(1)}`;
    });
    svg.append(element('polyline', { class: `trace series-${(series + i) % 6}`, points: points.join(' ') }));
  }
  return svg;
}

function scale(low: number, high: number): HTMLElement {
  const place = document.createElement('div');
  place.className = 'scale';
  for (const value of [high, low]) {
    const end = document.createElement('span');
    end.textContent = format(value);
    place.append(end);
  }
  return place;
}

function rangeOf({ lines }: Trace): [low: number, high: number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of lines.flat()) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low === high ? [Math.min(low, 0), Math.max(high, low === 0 ? 1 : 0)] : [low, high];
}

function heightOf(value: number, low: number, high: number): number {
  return HEIGHT - MARGIN - ((value - low) / (high - low)) * (HEIGHT - 2 * MARGIN);
}

function element(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const created = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) created.setAttribute(key, String(value));
  return created;
}

function format(value: number): string {
  return number.format(value).replace('-', '−');
}
