import { basename } from 'node:path';
import { formatCount, formatNumber, formatNumberOf, formatSignificant } from '../terminal/format';
import { html, type Markup } from './html';
import { joinWords } from './join-words';
import { legend } from './legend';
import { lineChart } from './line-chart';
import { seriesClass } from './style';
import type { TextPoint, TextResult, TextTable } from './text-tables';

/** What is told of texts, in the order of the columns. */
const COLUMNS: readonly (readonly [title: string, cell: (point: TextPoint) => string])[] = [
  ['exact', ({ exact }) => formatNumber(exact, 3)],
  ['BLEU', ({ bleu }) => formatNumber(bleu, 1)],
  [
    'ROUGE-1, 2, L',
    ({ rouge1, rouge2, rougeL }) => [rouge1, rouge2, rougeL].map((f1) => f1.toFixed(2)).join(', '),
  ],
  ['Self-BLEU', ({ selfBleu }) => (selfBleu === null ? '–' : formatNumber(selfBleu, 1))],
  ['different', ({ different }) => formatNumber(different, 1)],
  ['entropy', ({ entropy }) => formatNumber(entropy, 3)],
  ['ended', ({ ended }) => formatNumber(ended, 3)],
];

/** Writes how good and how different texts are, by temperature, and draws the one against the other. */
export function textsSection(table: TextTable): Markup {
  return html`<section><h2>Texts</h2>${textsTable(table)}
${frontier(table)}</section>
`;
}

function textsTable({ asked, results }: TextTable): Markup {
  const { prompts, samples, n, unit, scoredBy } = asked;
  const columns: typeof COLUMNS = [
    ...(scoredBy === null ? [] : [['score', ({ score }: TextPoint) => formatSignificant(score!)] as const]),
    ...COLUMNS,
  ];
  const files = joinWords(asked.completions.map((path) => basename(path)));
  return html`<table class="scores">
<caption>${formatNumberOf(samples, 'text')} for each of ${formatNumberOf(prompts, 'prompt')} of ${files}, at the last step at which all seeds were judged</caption>
<thead><tr><th>model</th><th class="number">temperature</th>${columns.map(([title]) => html`<th class="number">${title}</th>`)}<th class="number">seeds</th></tr></thead>
<tbody>
${results.flatMap((result) => result.points.map((point) => row(result, point, columns)))}</tbody>
</table>
<p class="note">Exact is the share of texts that equal a completion of the file; BLEU (0 to 100, n-grams of ${unit} up to ${n}, smoothed by adding one) and ROUGE (F₁, 0 to 1) compare them with it.
Self-BLEU compares the texts of a prompt with one another: lower is more diverse. Different counts the different texts of a prompt. Entropy is that of what the model says comes next along its texts, before the temperature, in nats, and ended the share of texts that the model ended itself.${scoredBy === null ? '' : ` The score is that of ${basename(scoredBy.file)}.`}</p>
`;
}

function row({ group, seeds }: TextResult, point: TextPoint, columns: typeof COLUMNS): Markup {
  return html`<tr><th scope="row"><span class="swatch ${seriesClass(group.colour)}"></span>${group.label}</th>
<td class="number main" data-label="temperature">${String(point.temperature)}</td>
${columns.map(([title, cell]) => html`<td class="number" data-label="${title}">${cell(point)}</td>`)}
<td class="number" data-label="seeds">${formatCount(seeds)}</td></tr>
`;
}

/** Quality against diversity; nothing where each prompt has one text, or none was judged at several temperatures. */
function frontier({ asked, results }: TextTable): Markup | undefined {
  const isCurve = results.some(({ points }) => points.length > 1);
  if (!isCurve || results.some(({ points }) => points.some(({ selfBleu }) => selfBleu === null)))
    return undefined;
  const quality = asked.scoredBy === null ? 'ROUGE-L' : 'score';
  const chart = {
    title: `${quality} against diversity, by temperature`,
    xLabel: '100 − Self-BLEU',
    series: results.map(({ group, points }) => ({
      label: group.label,
      colour: group.colour,
      points: points.map((point) => {
        const y = asked.scoredBy === null ? point.rougeL : point.score!;
        const name = `temperature ${point.temperature}: ${quality} ${formatSignificant(y)}, Self-BLEU ${formatNumber(point.selfBleu!, 1)}`;
        return { x: 100 - point.selfBleu!, y, name };
      }),
    })),
    dots: true,
  };
  return html`<figure>${legend(results.map(({ group }) => group))}
<p class="axis-title">${quality}</p><div class="wide">${lineChart({ ...chart, size: { width: 900, height: 380 } })}</div>
<div class="narrow">${lineChart({ ...chart, size: { width: 400, height: 300 } })}</div>
<figcaption>How good texts are against how different, a dot for each temperature, from the lowest to the highest along the line. Further up is better and further right more diverse: where one line lies above another, its model is better at the same diversity. Means over seeds.</figcaption></figure>`;
}
