import { describedSizes, type PolicyDescription } from '@lamo/algos';
import type { ObservationPart } from '@lamo/core';
import { namedParts } from '@lamo/data';

/** Makes up an observation that a policy could be asked about: the middle of what it saw, the first of categories. */
export function exampleObservation(description: PolicyDescription): unknown {
  const { size, range } = description.observation;
  const middle = (column: number) => {
    const [low, high] = [range?.low[column] ?? 0, range?.high[column] ?? 0];
    return Number(((low + high) / 2).toPrecision(3));
  };
  const parts = namedParts(describedSizes(description));
  if (parts === undefined) return Array.from({ length: size }, (_, column) => middle(column));
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, exampleValue(part, middle)]));
}

function exampleValue(
  { start, end, categories, encoding }: ObservationPart,
  middle: (column: number) => number,
) {
  if (categories !== undefined) return categories[0];
  if (encoding === 'flag') return false;
  if (encoding === 'time-of-day' || encoding === 'time-of-week') return '2026-03-01T07:30:00Z';
  const numbers = Array.from({ length: end - start }, (_, i) => middle(start + i));
  return numbers.length === 1 ? numbers[0] : numbers;
}
