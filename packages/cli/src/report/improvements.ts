import { type Improvement, probabilityOfImprovement } from '@lamo/eval';
import { formatNumber } from '../terminal/format';
import type { AllTasksResult } from './all-tasks';
import { html, type Markup } from './html';

/** How likely a run of one algorithm is to score higher than a run of another one on the same task. */
export interface PairImprovement extends Improvement {
  readonly first: AllTasksResult;
  readonly second: AllTasksResult;
}

/** Compares every pair of algorithms, the one that comes first with the later one. @param results best first */
export function improvementsOf(results: readonly AllTasksResult[]): PairImprovement[] {
  return results.flatMap((first, i) =>
    results.slice(i + 1).map((second) => ({
      ...{ first, second, ...probabilityOfImprovement(first.scores, second.scores) },
    })),
  );
}

/** Writes the probabilities of improvement of all pairs. @param results with several runs on each task, at least two */
export function improvementTable(results: readonly AllTasksResult[]): Markup {
  return html`<table class="scores">
<caption>Probability of improvement: how often a run of the first scores higher than a run of the second</caption>
<thead><tr><th>first over second</th><th class="number">probability</th><th class="number">95 % interval</th></tr></thead>
<tbody>
${improvementsOf(results).map(pairRow)}</tbody>
</table>
<p class="note">Of all pairs of a run of the first and a run of the second on the same task, the share in which the first has the higher last score, ties counted half, averaged over the tasks. 50 % means that neither is better; an interval that contains 50 % leaves open which one is. It says how often, not by how much.</p>`;
}

function pairRow({ first, second, probability, low, high }: PairImprovement): Markup {
  return html`<tr><th scope="row">${first.label} over ${second.label}</th>
<td class="number main" data-label="probability">${percent(probability)}</td>
<td class="number" data-label="95 % interval">${percent(low)} to ${percent(high)}</td></tr>
`;
}

function percent(share: number): string {
  return `${formatNumber(100 * share, 0)} %`;
}
