import {
  DIVERGED,
  describeLogged,
  formatEstimate,
  formatRange,
  IN_RESAMPLED,
  NOT_IN_INTERVALS,
  warnOfEstimates,
} from '../run/describe-estimates';
import { formatCount, formatNumberOf, formatRate } from '../terminal/format';
import { type EstimateResult, type EstimateTable, judgedNames } from './estimate-tables';
import { html, type Markup } from './html';
import { legend } from './legend';
import { lineChart } from './line-chart';
import { seriesClass } from './style';

/** Writes what policies seem to be worth by logged data alone, and draws how the estimates came about. */
export function estimateSection(table: EstimateTable, isOneOfSeveral: boolean): Markup {
  const { data, discount, results } = table;
  const where = isOneOfSeveral ? ` from ${data} with discount ${discount}` : '';
  const hasCurve = results.some(({ points }) => points.length > 1);
  return html`<section><h2>Estimates${where}</h2>${estimateTable(table)}
${hasCurve ? estimateChart(table) : undefined}</section>
`;
}

function estimateTable({ data, discount, results }: EstimateTable): Markup {
  const names = judgedNames(results);
  return html`<table class="scores">
<caption>What policies are worth by ${data} alone, at the last step at which all seeds have an estimate</caption>
<thead><tr><th>policy</th><th class="number">estimate</th><th class="number">95 % interval</th><th class="number">networks</th>
<th class="number">attainable</th><th class="number">seeds</th><th class="number">steps</th><th class="number">steps/s</th></tr></thead>
<tbody>
${results.map((result, i) => resultRow(result, names[i]!))}</tbody>
</table>
<ul class="note">${explain(results, discount).map((note) => html`<li>${note}</li>\n`)}</ul>
`;
}

function resultRow(result: EstimateResult, name: string): Markup {
  const { group, runs, interval, networks, attainable, episodes } = result;
  const varied = runs.length > 1 ? formatNumberOf(runs.length, 'run') : formatNumberOf(episodes, 'beginning');
  const cells: [label: string, value: Markup | string][] = [
    [
      '95 % interval',
      html`${formatRange(result.isDiverged ? null : interval)}<span class="range">over ${varied}</span>`,
    ],
    ['networks', formatRange(networks)],
    ['attainable', formatRange(attainable)],
    ['seeds', formatCount(runs.length)],
    ['steps', formatCount(result.step)],
    ['steps/s', formatRate(result.stepsPerSecond)],
  ];
  return html`<tr><th scope="row"><span class="swatch ${seriesClass(group.colour)}"></span>${name}<span class="range">judged by ${group.label}</span></th>
<td class="number main" data-label="estimate">${result.isDiverged ? DIVERGED : formatEstimate(result.value)}</td>
${cells.map(([label, value]) => html`<td class="number" data-label="${label}">${value}</td>`)}</tr>
`;
}

/** What the numbers mean, what they leave open, and which of them to beware of. */
function explain(results: readonly EstimateResult[], discount: number): string[] {
  const counts = results.map(({ runs }) => runs.length);
  const beginnings = formatNumberOf(results[0]!.episodes, 'episode');
  return [
    `An estimate is the discounted return (discount ${discount}) that is expected of the policy where ${beginnings} of the data began. Returns and scores of evaluations are not discounted.`,
    ...(Math.max(...counts) > 1
      ? [
          'Over runs: a 95 % bootstrap interval of the mean over the seeds. They share the data: what these leave open, all seeds may get wrong alike.',
        ]
      : []),
    ...(Math.min(...counts) === 1
      ? [
          `Over beginnings, if there is only one run: what other episodes might change. ${notInIntervals(results)}`,
        ]
      : []),
    'Networks: the lowest and the highest that a single network says. Attainable: between what every policy is worth with rewards as in the data; a network outside of it has diverged.',
    describeLogged(results[0]!),
    ...results.flatMap(({ group, runs }) =>
      runs.flatMap(({ manifest, estimates }) =>
        warnOfEstimates(estimates).map((advice) => `${group.label}, seed ${manifest.seed}: ${advice}`),
      ),
    ),
  ];
}

/** What intervals of single runs leave open: of networks that learned from samples of the episodes less than of others. */
function notInIntervals(results: readonly EstimateResult[]): string {
  const single = results.filter(({ runs }) => runs.length === 1);
  return single.every(({ runs }) => runs[0]!.estimates.at(-1)!.resampled === true)
    ? IN_RESAMPLED
    : NOT_IN_INTERVALS;
}

function estimateChart({ data, results: all }: EstimateTable): Markup {
  // What has diverged would squeeze the others.
  const sound = all.filter(({ isDiverged }) => !isDiverged);
  const results = sound.length > 0 ? sound : all;
  const names = judgedNames(results);
  const chart = {
    title: `Estimates from ${data} against gradient steps`,
    xLabel: 'gradient steps',
    series: results.map(({ group, points, runs }, i) => ({
      label: names[i]!,
      colour: group.colour,
      points: points.map(({ step, value, interval }) => ({ x: step, y: value, ...interval })),
      runs: runs.map(({ estimates }) => estimates.map(({ step, value }) => ({ x: step, y: value }))),
    })),
    references: referencesOf(results),
    dots: true,
  };
  return html`<figure>${legend(results.map(({ group }, i) => ({ colour: group.colour, label: names[i]! })))}
<p class="axis-title">estimated discounted return</p><div class="wide">${lineChart({ ...chart, size: { width: 900, height: 380 } })}</div>
<div class="narrow">${lineChart({ ...chart, size: { width: 400, height: 300 } })}</div>
<figcaption>Estimates on their way: they rise or fall until the discounted future has added up. Bands are 95 % intervals, as in the table. Of several seeds, thick lines are means and thin lines single runs.</figcaption></figure>`;
}

/** What the data earned, and the ends of what is attainable that some estimate is beyond: the others would only squeeze the chart. */
function referencesOf(results: readonly EstimateResult[]) {
  const { logged, attainable } = results[0]!;
  const values = results.flatMap(({ runs }) =>
    runs.flatMap(({ estimates }) => estimates.map(({ value }) => value)),
  );
  return [
    ...(logged === null ? [] : [{ y: logged, label: 'earned in the data' }]),
    ...(attainable !== null && Math.min(...values) < attainable.low
      ? [{ y: attainable.low, label: 'least attainable' }]
      : []),
    ...(attainable !== null && Math.max(...values) > attainable.high
      ? [{ y: attainable.high, label: 'most attainable' }]
      : []),
  ];
}
