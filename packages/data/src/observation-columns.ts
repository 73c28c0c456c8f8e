import type { ObservationPart } from '@lamo/core';
import { type HasObservations, observationParts } from './observation-space';

/**
 * Names the columns of observations: `room`, `weather=rain` of a category, `at.sin` and `at.cos` of a time, `goal[0]` of a part of several.
 *
 * @returns [O], null where a column belongs to no part; of parts that overlap the first counts
 */
export function observationColumns(spaces: HasObservations): readonly (string | null)[] {
  const columns = Array<string | null>(spaces.observationSize).fill(null);
  for (const [name, part] of Object.entries(observationParts(spaces)))
    for (let i = part.start; i < part.end; i++) columns[i] ??= columnName(name, part, i - part.start);
  return columns;
}

function columnName(name: string, { start, end, categories, encoding }: ObservationPart, i: number): string {
  if (categories !== undefined) return `${name}=${categories[i]}`;
  if (encoding === 'time-of-day' || encoding === 'time-of-week') return `${name}.${i === 0 ? 'sin' : 'cos'}`;
  return end - start === 1 ? name : `${name}[${i}]`;
}
