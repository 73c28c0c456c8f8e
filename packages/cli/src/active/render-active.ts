import { mean } from '@lamo/eval';
import { html, type Markup } from '../report/html';
import { type ChartSeries, lineChart } from '../report/line-chart';
import { page } from '../report/page';
import { formatSignificant } from '../terminal/format';
import type { ActiveSettings, RoundRecord } from './active-folder';

/** Renders an active fine-tuning as one HTML page that needs nothing else: no script, no font, no request. */
export function renderActive(settings: ActiveSettings, rounds: readonly RoundRecord[]): string {
  const title = `Active fine-tuning${settings.set === null ? '' : ` on ${settings.set}`}: ${settings.rule}`;
  return page({
    title,
    lede: `${rounds.length} of ${settings.rounds} rounds · ${settings.tasks.length} tasks · began with ${settings.policy}`,
    sections: html`${curves(settings, rounds)}
${askedSection(settings, rounds)}`,
  });
}

/** What is drawn over the rounds, each with a line for each task and one for their mean. */
function curves({ tasks }: ActiveSettings, rounds: readonly RoundRecord[]): (Markup | undefined)[] {
  const names = tasks.map(({ name }) => name);
  const figure = (
    title: string,
    note: string,
    pick: (round: RoundRecord) => Readonly<Record<string, number>> | null,
  ) =>
    rounds.some((round) => pick(round) !== null) ? chart(title, note, names, rounds.map(pick)) : undefined;
  return [
    figure('Success', 'share of the episodes of each task that did it', ({ successes }) => successes),
    figure('Return', 'mean return of the episodes of each task', ({ returns, successes }) =>
      successes ? null : returns,
    ),
    figure(
      'Loss',
      'how far the policy is from the expert in demonstrations that its judgement never learned',
      ({ losses }) => losses,
    ),
    figure('What the rule goes by', 'the largest is asked for', ({ values }) => values),
    figure(
      'Mixing',
      'how much of what is done is fine-tuned: 0 acts as before, 1 as fine-tuned',
      ({ mixing }) => mixing,
    ),
  ];
}

function chart(
  title: string,
  note: string,
  names: readonly string[],
  values: readonly (Readonly<Record<string, number>> | null)[],
): Markup {
  const pointsOf = (pick: (round: Readonly<Record<string, number>>) => number | undefined) =>
    values.flatMap((round, i) => {
      const y = round === null ? undefined : pick(round);
      return y === undefined ? [] : [{ x: i + 1, y }];
    });
  const runs = names.map((name) => pointsOf((round) => round[name])).filter((points) => points.length > 0);
  const points = pointsOf((round) =>
    Object.keys(round).length === 0 ? undefined : mean(Object.values(round)),
  );
  const series: ChartSeries[] = [{ label: 'mean over the tasks', colour: 0, points, runs }];
  const drawn = { title, xLabel: 'rounds', series, dots: true };
  return html`<section><h2>${title}</h2>
<figure><div class="wide">${lineChart({ ...drawn, size: { width: 900, height: 320 } })}</div>
<div class="narrow">${lineChart({ ...drawn, size: { width: 400, height: 280 } })}</div>
<figcaption>The thick line is the mean over the tasks, thin ones are single tasks: ${note}.</figcaption></figure></section>`;
}

/** Which tasks were asked for when, and how they ended. */
function askedSection({ tasks }: ActiveSettings, rounds: readonly RoundRecord[]): Markup {
  const last = rounds.at(-1);
  const rows = tasks.map(({ name }) => {
    const when = rounds.flatMap(({ asked, round }) =>
      asked.filter((other) => other === name).map(() => round + 1),
    );
    const cell = (value: number | undefined) =>
      html`<td>${value === undefined ? '' : formatSignificant(value)}</td>`;
    return html`<tr><th scope="row">${name}</th><td>${when.length}</td><td>${when.join(', ')}</td>${cell(last?.losses[name])}${cell(last?.mixing[name])}</tr>`;
  });
  return html`<section><h2>What was asked for</h2>
<div class="table"><table><thead><tr><th scope="col">task</th><th scope="col">times</th><th scope="col">rounds</th><th scope="col">loss</th><th scope="col">mixing</th></tr></thead>
<tbody>${rows}</tbody></table></div></section>`;
}
