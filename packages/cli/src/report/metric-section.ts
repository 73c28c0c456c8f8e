import { algorithms } from '@lamo/algos';
import { html, type Markup } from './html';
import { legend } from './legend';
import { type ChartPoint, lineChart } from './line-chart';
import { inWords, type RunGroup } from './run-group';
import type { RunRecord } from './run-record';

const MOST_POINTS = 200;

/** Draws every training metric in a small chart of its own, with what it means. */
export function metricSection(groups: readonly RunGroup[]): Markup | undefined {
  const names = new Set(
    groups.flatMap(({ runs }) =>
      runs.flatMap((run) => run.metrics.flatMap((line) => Object.keys(line.metrics))),
    ),
  );
  if (names.size === 0) return undefined;
  return html`${legend(groups)}<div class="metrics">${[...names].map((name) => metricChart(name, groups))}</div>
<p class="note">Each point is a mean over the steps since the one before. Losses of different algorithms are different
quantities: compare a line with itself.</p>`;
}

function metricChart(name: string, groups: readonly RunGroup[]): Markup {
  const series = groups
    .map(({ label, colour, runs }) => {
      const lines = runs.map((run) => metricLine(run, name)).filter((points) => points.length > 0);
      return { label, colour, points: meanLine(lines), runs: lines };
    })
    .filter(({ points }) => points.length > 0);
  const chart = lineChart({
    title: `${inWords(name)} against gradient steps`,
    xLabel: 'gradient steps',
    series,
    size: { width: 440, height: 260 },
  });
  return html`<figure><h3>${inWords(name)}</h3>${chart}<figcaption>${meanings(name, groups)}</figcaption></figure>\n`;
}

/** What the algorithms that have a metric say it is; algorithms may mean different things by one name. */
function meanings(name: string, groups: readonly RunGroup[]): string {
  const sentences = groups.flatMap(({ runs }) => {
    const algorithm = algorithms.get(runs[0]!.manifest.algorithm);
    const meaning = algorithm?.metrics[name];
    return meaning === undefined ? [] : [{ title: algorithm!.title, meaning }];
  });
  const unique = new Map(sentences.map(({ title, meaning }) => [title, meaning]));
  if (new Set(unique.values()).size === 1) return [...unique.values()][0]!;
  return [...unique].map(([title, meaning]) => `${title}: ${meaning}`).join('. ');
}

/** A run's metric, thinned to as many points as a small chart can show: each the mean of its neighbours. */
function metricLine({ metrics }: RunRecord, name: string): ChartPoint[] {
  const points = metrics.flatMap(({ step, metrics: { [name]: value } }) =>
    value === undefined ? [] : [{ x: step, y: value }],
  );
  const stride = Math.ceil(points.length / MOST_POINTS);
  return points.flatMap((point, i) => {
    if ((i + 1) % stride !== 0) return [];
    const neighbours = points.slice(i + 1 - stride, i + 1);
    return [{ x: point.x, y: neighbours.reduce((sum, { y }) => sum + y, 0) / stride }];
  });
}

/** The mean over runs at each step that any of them has. */
function meanLine(runs: readonly (readonly ChartPoint[])[]): ChartPoint[] {
  const values = new Map<number, number[]>();
  for (const { x, y } of runs.flat()) values.set(x, [...(values.get(x) ?? []), y]);
  return [...values]
    .sort(([a], [b]) => a - b)
    .map(([x, ys]) => ({ x, y: ys.reduce((sum, y) => sum + y, 0) / ys.length }));
}
