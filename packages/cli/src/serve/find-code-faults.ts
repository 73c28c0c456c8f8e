import type { ObservationPart } from '@lamo/core';
import { chosenCategory, type HasObservations, observationParts } from '@lamo/data';

/** Numbers of a list that no value becomes. */
export interface CodeFault {
  /** Where in the list they begin. */
  readonly path: [number];
  /** `expected …, received …` */
  readonly message: string;
}

/** How far from a circle a place on it may be by rounding. */
const ROUNDING = 1e-3;

/** Finds numbers of an observation that stand for a category, a flag or a time, and are none: two categories at once, half a flag. */
export function findCodeFaults(sizes: HasObservations, numbers: readonly number[]): CodeFault[] {
  return Object.entries(observationParts(sizes)).flatMap(([name, part]) => {
    const values = numbers.slice(part.start, part.end);
    const expected = values.length < part.end - part.start ? undefined : faultOf(part, values);
    if (expected === undefined) return [];
    const message = `expected ${expected} for "${name}", received ${JSON.stringify(values)}`;
    return [{ path: [part.start], message }];
  });
}

/** What the numbers of a part should be and are not. */
function faultOf({ categories, encoding }: ObservationPart, values: readonly number[]): string | undefined {
  const isFlag = (value: number) => value === 0 || value === 1;
  if (categories !== undefined)
    return chosenCategory(values) === undefined ? 'a single 1 among zeros' : undefined;
  if (encoding === 'flag') return values.every(isFlag) ? undefined : '0 or 1';
  if (encoding !== 'time-of-day' && encoding !== 'time-of-week') return undefined;
  return Math.abs(Math.hypot(...values) - 1) < ROUNDING ? undefined : 'a sine and a cosine';
}
