import { performanceProfile } from '@lamo/eval';
import type { AllTasksResult } from './all-tasks';
import { html, type Markup } from './html';
import { legend } from './legend';
import { lineChart } from './line-chart';

/** Steps between the scores at which profiles are computed. */
const STEPS = 100;

/**
 * Draws performance profiles: how many of an algorithm's runs on all tasks scored above each score τ.
 *
 * @param results with several runs on each task
 */
export function profileFigure(results: readonly AllTasksResult[]): Markup {
  const thresholds = thresholdsOf(results.flatMap(({ scores }) => scores.flat()));
  const series = results.map(({ label, scores }, colour) => ({
    label,
    colour,
    points: performanceProfile(scores, thresholds).map(({ threshold, share, low, high }) => ({
      ...{ x: threshold, y: share, low, high },
    })),
  }));
  const chart = { title: 'Share of runs that scored above each score', xLabel: 'score τ', series };
  return html`<figure>${legend(series)}
<p class="axis-title">share of runs with a score above τ</p><div class="wide">${lineChart({ ...chart, size: { width: 900, height: 380 } })}</div>
<div class="narrow">${lineChart({ ...chart, size: { width: 400, height: 300 } })}</div>
<figcaption>Performance profiles of the last scores: at each score τ, the share of all runs on all tasks that scored higher. Higher is better: where one line lies above another for every τ, its algorithm is the better one; where they cross, it depends on the score that is asked for. A line is at one half where τ is the median score. Bands are 95 % stratified bootstrap intervals, of each point on its own.</figcaption></figure>`;
}

/** From random (0) to the expert (100), and to the lowest and the highest score where they lie further out. */
function thresholdsOf(scores: readonly number[]): number[] {
  const low = Math.floor(Math.min(0, ...scores));
  const high = Math.ceil(Math.max(100, ...scores));
  return Array.from({ length: STEPS + 1 }, (_, i) => low + (i / STEPS) * (high - low));
}
