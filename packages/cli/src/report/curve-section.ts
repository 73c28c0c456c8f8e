import { mazeOf } from '../maze-of';
import { toUnit, unitOf } from '../scores';
import { withTarget } from './compare-targets';
import { html, type Markup } from './html';
import { legend } from './legend';
import { lineChart } from './line-chart';
import type { LearningCurve } from './results';

/** Draws learning curves in an environment: the mean of each group with its interval, and the single runs. */
export function curveSection(environment: string, curves: readonly LearningCurve[]): Markup {
  const unit = unitOf(environment);
  const chart = {
    title: `${unit} against gradient steps in ${environment}`,
    xLabel: 'gradient steps',
    series: curves.map(({ group: { label, colour }, targetReturn, points, runs }) => ({
      label: withTarget(label, targetReturn),
      colour,
      points: points.map(({ step, mean, low, high }) => ({ x: step, y: mean, low, high })),
      runs: runs.map((run) => run.map(({ step, value }) => ({ x: step, y: value }))),
    })),
    references: [...expertLine(unit), ...dataLine(environment, curves)],
    dots: true,
  };
  const names = curves.map(({ group, targetReturn }) => ({
    ...group,
    label: withTarget(group.label, targetReturn),
  }));
  const hasSeeds = curves.some(({ runs }) => runs.length > 1);
  const lines = hasSeeds ? 'Thick lines are means over seeds, thin ones single runs. ' : '';
  return html`<figure>${legend(names)}
<p class="axis-title">${unit}</p><div class="wide">${lineChart({ ...chart, size: { width: 900, height: 380 } })}</div>
<div class="narrow">${lineChart({ ...chart, size: { width: 400, height: 300 } })}</div>
<figcaption>${lines}Shaded: 95 % intervals of the mean, as in the table. Only evaluations in training are drawn. Episodes start from the same seeds at every evaluation of a run.</figcaption></figure>`;
}

function expertLine(unit: string) {
  return unit === 'score'
    ? [
        { y: 100, label: 'expert' },
        { y: 0, label: 'random' },
      ]
    : [];
}

/** What the logged episodes earned. In mazes they end at other goals than the task's, so it would mean nothing. */
function dataLine(environment: string, curves: readonly LearningCurve[]) {
  const datasets = new Set(curves.flatMap(({ group }) => group.runs.map(({ manifest }) => manifest.dataset)));
  const returns = new Set([...datasets].map(({ meanReturn }) => meanReturn));
  const [meanReturn] = returns;
  if (mazeOf(environment) !== undefined || returns.size !== 1 || meanReturn == null) return [];
  return [{ y: toUnit(environment, [meanReturn])[0]!, label: 'mean of the data' }];
}
