import { describe, expect, it } from 'vitest';
import { lineChart } from './line-chart';

const chart = { title: 'a chart', xLabel: 'gradient steps', size: { width: 400, height: 300 } };
const series = (...ys: number[]) => [
  { label: 'A', colour: 0, points: ys.map((y, i) => ({ x: 100 * (i + 1), y })) },
];

/** Texts of the ticks at the left. */
const leftTicks = (markup: string) =>
  [...markup.matchAll(/text-anchor="end">([^<]+)</g)].map(([, text]) => text);

describe('a line chart', () => {
  it('puts round numbers on its axes', () => {
    const { markup } = lineChart({ ...chart, series: series(-12, 40, 97) });
    expect(leftTicks(markup)).toEqual(['−20', '0', '20', '40', '60', '80', '100']);
    expect(markup).toContain('>200<');
  });

  it('turns logarithmic where losses fall by orders of magnitude', () => {
    const { markup } = lineChart({ ...chart, series: series(1000, 10, 0.1) });
    expect(leftTicks(markup)).toEqual(['0.1', '1', '10', '100', '1,000']);
  });

  it.each([[[5]], [[0, 0]], [[1e-7, 2e-7]], [[-3e6, 4e6]]])('draws %j without a NaN', (ys) => {
    const { markup } = lineChart({ ...chart, series: series(...ys), dots: true });
    expect(markup).not.toMatch(/NaN|undefined|Infinity/);
    expect(leftTicks(markup).length).toBeGreaterThan(1);
  });

  it('shows a single point, which no line would, as a dot', () => {
    const dots = (...ys: number[]) =>
      lineChart({ ...chart, series: series(...ys) }).markup.match(/<circle/g) ?? [];
    expect([dots(5).length, dots(5, 6).length]).toEqual([1, 0]);
  });

  it('labels of lines that lie close do not overlap', () => {
    const references = [0, 0.5, 100, 101].map((y) => ({ y, label: `at ${y}` }));
    const { markup } = lineChart({ ...chart, series: series(0, 101), references });
    const heights = [...markup.matchAll(/y="([\d.]+)" dy="0.35em">at /g)].map(([, y]) => Number(y));
    expect(heights).toHaveLength(4);
    for (let i = 1; i < 4; i++) expect(heights[i - 1]! - heights[i]!).toBeGreaterThanOrEqual(13); // the size of the font
  });

  it('escapes labels', () => {
    const { markup } = lineChart({ ...chart, title: '<script>', series: series(1, 2) });
    expect(markup).not.toContain('<script>');
  });
});
