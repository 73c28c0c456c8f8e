import { formatCount, formatRate, formatSignificant } from '../terminal/format';
import { html, type Markup } from './html';
import { legend } from './legend';
import { lineChart } from './line-chart';
import { type ModelResult, meanLoss, snapshotsOf } from './model-result';
import type { ModelTable } from './model-tables';
import { linesAt, sharedSteps } from './shared-steps';
import { seriesClass } from './style';

/** Writes how well language models predict what was held out, and draws how they came to it. */
export function modelSection({ data, results }: ModelTable, isOneOfSeveral: boolean): Markup {
  const where = isOneOfSeveral ? ` on ${data}` : '';
  const hasCurve = results.some(({ group }) => sharedSteps(snapshotsOf(group)).length > 1);
  return html`<section><h2>Language models${where}</h2>${modelTable(data, results)}
${hasCurve ? snapshotChart(data, results) : undefined}</section>
`;
}

function modelTable(data: string, results: readonly ModelResult[]): Markup {
  return html`<table class="scores">
<caption>Measured on what was held out of ${data}, at the last snapshot that all seeds have</caption>
<thead><tr><th>model</th><th class="number">perplexity</th><th class="number">nats per token</th>
<th class="number">before training</th><th class="number">tokens</th><th class="number">seeds</th><th class="number">steps</th><th class="number">steps/s</th></tr></thead>
<tbody>
${results.map(resultRow)}</tbody>
</table>
<p class="note">Perplexity is e to the mean loss: as many equally likely tokens would be as hard to predict. Lower is better. It compares
models with the same tokens and the same held-out data only.</p>
`;
}

function resultRow(result: ModelResult): Markup {
  const { group, before } = result;
  const cells: [label: string, value: string][] = [
    ['nats per token', formatSignificant(result.loss)],
    ['before training', before === undefined ? '–' : formatSignificant(before)],
    ['tokens', formatCount(result.tokens)],
    ['seeds', formatCount(group.runs.length)],
    ['steps', formatCount(result.step)],
    ['steps/s', formatRate(result.stepsPerSecond)],
  ];
  return html`<tr><th scope="row"><span class="swatch ${seriesClass(group.colour)}"></span>${group.label}</th>
<td class="number main" data-label="perplexity">${formatSignificant(result.perplexity)}</td>
${cells.map(([label, value]) => html`<td class="number" data-label="${label}">${value}</td>`)}</tr>
`;
}

/** In nats: perplexities begin a hundred times as high as they end. */
function snapshotChart(data: string, results: readonly ModelResult[]): Markup {
  const chart = {
    title: `Loss on what was held out of ${data} against gradient steps`,
    xLabel: 'gradient steps',
    series: results.map(({ group }) => {
      const runs = snapshotsOf(group);
      return {
        label: group.label,
        colour: group.colour,
        points: sharedSteps(runs).map((step) => ({ x: step, y: meanLoss(linesAt(runs, step)) })),
        runs: runs.map((snapshots) => snapshots.map(({ step, loss }) => ({ x: step, y: loss }))),
      };
    }),
    dots: true,
  };
  return html`<figure>${legend(results.map(({ group }) => group))}
<p class="axis-title">nats per token</p><div class="wide">${lineChart({ ...chart, size: { width: 900, height: 380 } })}</div>
<div class="narrow">${lineChart({ ...chart, size: { width: 400, height: 300 } })}</div>
<figcaption>Loss of each snapshot on what was held out, with dropout off. Of several seeds, thick lines are means and thin lines single runs.</figcaption></figure>`;
}
