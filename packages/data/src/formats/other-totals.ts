import { type DatasetWarning, showValue } from '@lamo/core';
import type { Episode } from './episode';

/** Warns of a set whose copy is not whole: it has fewer episodes, or steps, than it says. */
export function totalWarnings(
  path: string,
  count: unknown,
  steps: unknown,
  episodes: readonly Episode[],
): DatasetWarning[] {
  const rows = episodes.reduce((sum, { rows }) => sum + rows, 0);
  const isEqual = (said: unknown, found: number) => typeof said !== 'number' || said === found;
  if (isEqual(count, episodes.length) && isEqual(steps, rows)) return [];
  const fact = `${path} says that it has ${showValue(count)} episodes and ${showValue(steps)} steps, and has ${episodes.length} and ${rows}`;
  return [{ code: 'other-totals', message: `${fact}. It may not be whole: copy or download it again.` }];
}
