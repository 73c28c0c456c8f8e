import { describedSizes, type PolicyDescription } from '@lamo/algos';
import type { ObservationPart } from '@lamo/core';
import { namedParts, observationParts } from '@lamo/data';

/** Makes up an observation that a policy could be asked about: the middle of what it saw, the first of categories. */
export function exampleObservation(description: PolicyDescription): unknown {
  const { size, range } = description.observation;
  const middle = (column: number) => {
    const [low, high] = [range?.low[column] ?? 0, range?.high[column] ?? 0];
    return Number(((low + high) / 2).toPrecision(3));
  };
  const sizes = describedSizes(description);
  const parts = namedParts(sizes);
  if (parts === undefined) {
    const numbers = Array.from({ length: size }, (_, column) => middle(column));
    for (const part of Object.values(observationParts(sizes)))
      numbers.splice(part.start, part.end - part.start, ...exampleCode(part, numbers));
    return numbers;
  }
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, exampleValue(part, middle)]));
}

/** Numbers that the value of a part could have become. */
function exampleCode({ start, end, categories, encoding }: ObservationPart, numbers: readonly number[]) {
  if (categories !== undefined) return categories.map((_, i) => (i === 0 ? 1 : 0));
  if (encoding === 'flag') return [0];
  if (encoding === 'time-of-day' || encoding === 'time-of-week') return [0, 1];
  return numbers.slice(start, end);
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
