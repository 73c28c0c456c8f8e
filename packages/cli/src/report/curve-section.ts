import { environments } from '@lamo/eval';
import { scoreSource, toUnit, unitOf } from '../scores';
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
      points: points.map(({ step, mean, interval }) => ({ x: step, y: mean, ...interval })),
      runs: runs.map((run) => run.map(({ step, value }) => ({ x: step, y: value }))),
    })),
    references: [...expertLine(environment), ...dataLine(environment, curves)],
    dots: true,
  };
  const names = curves.map(({ group, targetReturn }) => ({
    ...group,
    label: withTarget(group.label, targetReturn),
  }));
  const counts = curves.map(({ runs }) => runs.filter((run) => run.length > 0).length);
  return html`<figure>${legend(names)}
<p class="axis-title">mean ${unit}</p><div class="wide">${lineChart({ ...chart, size: { width: 900, height: 380 } })}</div>
<div class="narrow">${lineChart({ ...chart, size: { width: 400, height: 300 } })}</div>
<figcaption>${explainLines(unit, counts)} Only evaluations during training are shown. Episodes start from the same seeds at every evaluation of a run.</figcaption></figure>`;
}

/** @param counts how many runs each line is of */
function explainLines(unit: string, counts: readonly number[]): string {
  const several =
    'Thick lines are means over the runs of several seeds, at the steps at which all of them were evaluated; thin lines are single runs; the shaded band is the 95 % interval of the mean over the runs.';
  const single = `the line is the mean ${unit} of the episodes, and the shaded band its 95 % interval over them.`;
  return [
    ...(Math.max(...counts) > 1 ? [several] : []),
    ...(Math.min(...counts) === 1 ? [`If there is only one run, ${single}`] : []),
  ].join(' ');
}

function expertLine(environment: string) {
  const source = scoreSource(environment);
  return source !== undefined
    ? [
        { y: 100, label: `${source}’s expert` },
        { y: 0, label: 'random' },
      ]
    : [];
}

/** Mean return of the logged episodes. Meaningless in mazes, where they end at other goals than the task's. */
function dataLine(environment: string, curves: readonly LearningCurve[]) {
  const datasets = new Set(
    curves.flatMap(({ group }) => group.runs.flatMap(({ manifest }) => manifest.dataset ?? [])),
  );
  const returns = new Set([...datasets].map(({ meanReturn }) => meanReturn));
  const [meanReturn] = returns;
  if (environments.get(environment)?.maze !== undefined || returns.size !== 1 || meanReturn == null)
    return [];
  return [{ y: toUnit(environment, [meanReturn])[0]!, label: 'mean of the data' }];
}
