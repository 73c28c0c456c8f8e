import type { Dataset } from '@lamo/core';
import { type ColumnSummaries, type ColumnSummary, rangeAt } from '@lamo/data';
import { type HeatMapSide, heatMap } from '../report/heat-map';
import { html, type Markup } from '../report/html';
import { formatSignificant } from '../terminal/format';

/** Pairs that are drawn. */
const MOST_PAIRS = 12;
/** More classes make cells that nobody can see. */
const MOST_CLASSES = 30;

/**
 * Draws what was done where: every action against every column of what was observed. What was never done somewhere, no method can learn there, and
 * no log can judge.
 */
export function coverageSection(dataset: Dataset, summaries: ColumnSummaries): Markup | undefined {
  const actions = actionSides(dataset, summaries);
  const pairs = summaries.observations.flatMap((column, o) =>
    actions.map((action, a) => ({ column, o, action, a })),
  );
  // A column that is always the same tells nothing.
  const shown = pairs.filter(({ column, action }) => column.max > column.min && action.length > 1);
  if (shown.length === 0) return undefined;
  const rest = shown.length - MOST_PAIRS;
  const panels = shown.slice(0, MOST_PAIRS).map(({ column, o, action, a }) => {
    const x = sideOf(column);
    const counts = countPairs(dataset, { x, o, y: action, a });
    const done = counts.filter((count) => count > 0).length / counts.length;
    return html`<div><h3>${action.name} against ${column.name}</h3>${heatMap({ x, y: action, counts })}
<p class="note">${formatSignificant(100 * done)} % of the cells have rows</p></div>`;
  });
  return html`<section><h2>What was done where</h2>
<div class="panels">${panels}</div>
<p class="note">The darker, the more rows; what is empty was never done there. No method can learn from this log what would come of it, and no estimate can judge it.${rest <= 0 ? '' : ` And ${rest} more pairs.`}</p></section>`;
}

const sideOf = ({ name, min, max, rangeWidth, isWhole, counts }: ColumnSummary): HeatMapSide => ({
  ...{ name, min, max, rangeWidth, isWhole },
  length: counts.length,
});

function actionSides(
  { actionSpace }: Dataset,
  { actions, classes }: ColumnSummaries,
): readonly HeatMapSide[] {
  if (classes.length === 0) return actions.map(sideOf);
  if (classes.length > MOST_CLASSES) return [];
  const [length, labels] = [classes.length, classes.map(({ name }) => name)];
  const name = actionSpace?.names?.[0] ?? 'class';
  return [{ name, min: 0, max: length - 1, rangeWidth: 1, isWhole: true, length, labels }];
}

/** Which columns are counted together: `o` of what was observed, `a` of what was done. */
interface Pair {
  readonly x: HeatMapSide;
  readonly o: number;
  readonly y: HeatMapSide;
  readonly a: number;
}

/** [x, y] */
function countPairs(
  { size, observations, observationSize, actions, actionSize }: Dataset,
  { x, o, y, a }: Pair,
): Uint32Array {
  const counts = new Uint32Array(x.length * y.length);
  for (let row = 0; row < size; row++) {
    const column = rangeAt(x, observations[row * observationSize + o]!);
    counts[column * y.length + rangeAt(y, actions[row * actionSize + a]!)]!++;
  }
  return counts;
}
