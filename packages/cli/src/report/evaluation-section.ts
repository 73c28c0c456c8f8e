import { unitOf } from '../scores';
import { type TargetSummary, withTarget } from './compare-targets';
import { html, type Markup } from './html';
import type { GroupResult } from './results';
import { seriesClass } from './style';
import { isOneLook, type WaysRow, waysTable } from './ways-table';

/**
 * Writes all evaluations in training, each target return apart: the last, the mean of the last ones, and the best. Undefined if
 * there was one evaluation of one target each, which is all three.
 */
export function evaluationSection(environment: string, results: readonly GroupResult[]): Markup | undefined {
  const shown = results.filter(({ origin }) => origin === 'training');
  const targets = shown.flatMap((result) => result.targets.map((target) => targetRow(result, target)));
  if (targets.length === shown.length && targets.every(({ ways }) => isOneLook(ways))) return undefined;
  const what = shown.length === targets.length ? '' : ', of every target return';
  return waysTable(`Evaluations in training${what}, in three ways`, unitOf(environment), targets);
}

function targetRow({ group, targets }: GroupResult, target: TargetSummary): WaysRow {
  const role = target === targets[0] ? 'reported: the best last' : 'not reported';
  const name = html`<span class="swatch ${seriesClass(group.colour)}"></span>${withTarget(group.label, target.targetReturn)}${
    targets.length > 1 ? html`<span class="range">${role}</span>` : undefined
  }`;
  return { name, ways: target };
}
