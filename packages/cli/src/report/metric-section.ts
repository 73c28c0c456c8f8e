import { algorithms } from '@lamo/algos';
import { inWords } from '../terminal/format';
import { html, type Markup } from './html';
import { joinWords } from './join-words';
import { legend } from './legend';
import { type ChartPoint, lineChart } from './line-chart';
import { groupBy, type RunGroup, titleOf } from './run-group';
import type { RunRecord } from './run-record';
import { dashed } from './style';

const MOST_POINTS = 200;

/** A group's metric. */
interface GroupMetric {
  readonly group: RunGroup;
  readonly name: string;
}

/** Draws every quantity in a small chart of its own, with what it means. */
export function metricSection(groups: readonly RunGroup[]): Markup | undefined {
  const quantities = [...quantitiesOf(groups)];
  if (quantities.length === 0) return undefined;
  return html`${legend(groups)}<div class="metrics">${quantities.map(([meaning, metrics]) => metricChart(meaning, metrics))}</div>
<p class="note">Each point is a mean over the steps since the point before it. Lines in one chart are of the same quantity; of
different data or settings they may still differ in scale. ${heldOutNote(groups)}${howToRead(groups)}</p>`;
}

/** Says which lines are of what was held out, if anything was. */
function heldOutNote(groups: readonly RunGroup[]): string {
  const has = groups.some(({ runs }) => runs.some(({ metrics }) => metrics.some(({ heldOut }) => heldOut)));
  return has
    ? 'Dashed lines are of episodes that were held out, at the steps themselves: where one rises while its full line falls, the log is learned by heart. '
    : '';
}

/** Named rather than linked: the page must not depend on other files. */
function howToRead(groups: readonly RunGroup[]): string {
  const names = new Set(groups.map(({ runs }) => runs[0]!.manifest.algorithm));
  const pages = [...names].filter((name) => algorithms.has(name)).map((name) => `docs/algorithms/${name}.md`);
  const where =
    pages.length === 0
      ? ''
      : ` ${joinWords(pages)} of lamo’s documentation ${pages.length === 1 ? 'says' : 'say'} how to read each.`;
  return `Values such as critic losses need not fall while a policy gets better, because their targets move.${where}`;
}

/** Metrics by what they mean: algorithms name one quantity differently, and different ones equally. */
function quantitiesOf(groups: readonly RunGroup[]): ReadonlyMap<string, readonly GroupMetric[]> {
  const quantities = new Map<string, GroupMetric[]>();
  for (const group of groups) {
    const names = new Set(
      group.runs.flatMap(({ metrics }) => metrics.flatMap((line) => Object.keys(line.metrics))),
    );
    const known = algorithms.get(group.runs[0]!.manifest.algorithm)?.metrics ?? {};
    for (const name of names) {
      const meaning =
        (Object.hasOwn(known, name) ? known[name] : undefined) ?? `“${inWords(name)}” of ${group.label}`;
      quantities.set(meaning, [...(quantities.get(meaning) ?? []), { group, name }]);
    }
  }
  return quantities;
}

function metricChart(meaning: string, metrics: readonly GroupMetric[]): Markup {
  const series = metrics.flatMap(({ group: { label, colour, runs }, name }) => {
    const draw = (part: 'metrics' | 'heldOut', label: string, colour: number) => {
      const lines = runs.map((run) => metricLine(run, part, name)).filter((points) => points.length > 0);
      return { label, colour, points: meanLine(lines), runs: lines };
    };
    const apart = draw('heldOut', `${label}, held out`, dashed(colour));
    return [draw('metrics', label, colour), ...(apart.points.length > 0 ? [apart] : [])];
  });
  const title = titleOfChart(metrics);
  const chart = lineChart({
    title: `${title} against gradient steps`,
    xLabel: 'gradient steps',
    series,
    size: { width: 440, height: 260 },
  });
  return html`<figure><h3>${title}</h3>${chart}<figcaption>${meaning}</figcaption></figure>\n`;
}

/** `loss (DT), action loss (LaMo)`: which algorithm calls it what; the colours tell its settings apart. */
function titleOfChart(metrics: readonly GroupMetric[]): string {
  return groupBy(metrics, ({ name }) => name)
    .map((same) => {
      const titles = new Set(same.map(({ group }) => titleOf(group.runs[0]!)));
      return `${inWords(same[0]!.name)} (${[...titles].join(', ')})`;
    })
    .join(', ');
}

/** A run's metric, thinned to as many points as a small chart can show: each the mean of its neighbours. */
function metricLine({ metrics }: RunRecord, part: 'metrics' | 'heldOut', name: string): ChartPoint[] {
  // A file may call a metric `constructor`, which every object has.
  const points = metrics.flatMap(({ step, [part]: values = {} }) =>
    Object.hasOwn(values, name) ? [{ x: step, y: values[name]! }] : [],
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
