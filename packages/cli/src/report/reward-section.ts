import { mean } from '@lamo/eval';
import { formatCount, formatRate, formatSignificant } from '../terminal/format';
import { html, type Markup } from './html';
import { groupBy, type RunGroup } from './run-group';
import { dataOf } from './run-record';
import { stepsPerSecondOf } from './run-times';
import { linesAt, sharedSteps } from './shared-steps';
import { seriesClass } from './style';

/** Writes how well reward models tell better answers from worse ones, a table for each data: those on different ones cannot be compared. */
export function rewardSections(groups: readonly RunGroup[]): Markup[] {
  const judges = groups.filter(({ runs }) => runs.some(({ preferences }) => preferences.length > 0));
  return groupBy(judges, ({ runs }) => dataOf(runs[0]!).key).map(
    (same) => html`<section><h2>Reward models</h2><table class="scores">
<caption>Measured on pairs that were held out of ${dataOf(same[0]!.runs[0]!).name}, at the last snapshot that all seeds have</caption>
<thead><tr><th>model</th><th class="number">accuracy</th><th class="number">loss</th><th class="number">margin</th>
<th class="number">pairs</th><th class="number">seeds</th><th class="number">steps</th><th class="number">steps/s</th></tr></thead>
<tbody>
${same.map(resultRow)}</tbody>
</table>
<p class="note">Accuracy is the share of pairs whose better answer has the higher reward: half for a guess. Loss is the mean −log σ of the difference, the margin
its mean.</p></section>
`,
  );
}

function resultRow({ runs, colour, label }: RunGroup): Markup {
  const measured = runs.map(({ preferences }) => preferences).filter(({ length }) => length > 0);
  const step = sharedSteps(measured).at(-1);
  const lines = step === undefined ? [] : linesAt(measured, step);
  const meanOf = (name: 'accuracy' | 'loss' | 'margin') => mean(lines.map((line) => line[name]));
  const cells: [label: string, value: string][] = [
    ['loss', formatSignificant(meanOf('loss'))],
    ['margin', formatSignificant(meanOf('margin'))],
    ['pairs', formatCount(lines[0]?.pairs ?? 0)],
    ['seeds', formatCount(runs.length)],
    ['steps', formatCount(step ?? 0)],
    ['steps/s', formatRate(stepsPerSecondOf(runs))],
  ];
  return html`<tr><th scope="row"><span class="swatch ${seriesClass(colour)}"></span>${label}</th>
<td class="number main" data-label="accuracy">${formatSignificant(100 * meanOf('accuracy'))} %</td>
${cells.map(([name, value]) => html`<td class="number" data-label="${name}">${value}</td>`)}</tr>
`;
}
