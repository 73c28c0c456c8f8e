import { LamoError, type LamoErrorDetails, type ObservationPart, type StandIn, showValue } from '@lamo/core';
import { type HasObservations, observationParts } from '../observation-space';
import { circle } from './circle';
import { timeOf } from './time-of';

/** What was observed in one step, by the names of its columns; undefined or null where a value is missing. */
export type ObservedValues = Readonly<Record<string, unknown>>;

/** The parts of observations, if they are all that there is: each column belongs to exactly one. Then observations can be named. */
export function namedParts(spaces: HasObservations): Readonly<Record<string, ObservationPart>> | undefined {
  const parts = Object.values(observationParts(spaces)).sort((one, other) => one.start - other.start);
  const isWhole = parts.every(({ start }, i) => start === (parts[i - 1]?.end ?? 0));
  return isWhole && parts.at(-1)?.end === spaces.observationSize ? observationParts(spaces) : undefined;
}

/**
 * Turns the values of one observation into numbers, as those of the log were of which the spaces come: categories into columns, times into
 * places on a circle, true and false into 1 and 0. What is missing is filled in as it was said for the log.
 *
 * @param values by the name of each part
 * @param before what was observed in the step before, as it was filled in; null where an episode begins; left out, it is not known, and what
 *   would be repeated is refused
 * @returns the observation [O], and its values with those that were filled in
 * @throws LamoError with the name `unknown-column`, `missing-value`, `wrong-type`, `wrong-width`, `unknown-category`, `not-a-time`; `no-names`
 * @example
 * const { observation } = encodeObservation(dataset, { basket: 12.5, weather: 'rain', at: '2026-03-01T07:30:00Z' });
 */
export function encodeObservation(
  spaces: HasObservations,
  values: ObservedValues,
  before?: ObservedValues | null,
): { readonly observation: Float32Array; readonly values: ObservedValues } {
  const parts = namedParts(spaces);
  if (parts === undefined)
    throw refuse('no-names', 'Not every column of the observations has a name', {
      expected: `a list of ${spaces.observationSize} numbers`,
    });
  const unknown = Object.keys(values).find((name) => !Object.hasOwn(parts, name));
  if (unknown !== undefined)
    throw refuse('unknown-column', `Observations have no column ${showValue(unknown)}`, {
      expected: Object.keys(parts).join(', '),
      received: showValue(unknown),
    });
  const observation = new Float32Array(spaces.observationSize);
  const filled: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(parts)) {
    filled[name] = values[name] ?? standIn(name, part, before);
    observation.set(encodePart(name, part, filled[name]), part.start);
  }
  return { observation, values: filled };
}

/** What stands in for a missing value: as it may be given. */
function standIn(name: string, part: ObservationPart, before: ObservedValues | null | undefined): unknown {
  const { previous = false, value }: StandIn = part.missing ?? {};
  if (previous && before != null) return before[name];
  if (value === undefined || (previous && before === undefined)) throw missing(name, previous);
  if (typeof value === 'string') return value;
  const [first] = value;
  if (part.encoding === 'time-of-day' || part.encoding === 'time-of-week')
    return new Date(first!).toISOString();
  return value.length === 1 ? first : value;
}

function missing(name: string, isRepeated: boolean) {
  return refuse('missing-value', `"${name}" has no value`, {
    expected: 'a value',
    hint: isRepeated
      ? 'What was observed before stands in for it, and is not known here: send that.'
      : 'Nothing was said of what stands in for it when the policy was trained (--fill).',
  });
}

/** The numbers of one part, [end − start]. */
function encodePart(name: string, part: ObservationPart, value: unknown): ArrayLike<number> {
  const { start, end, categories, encoding } = part;
  const wrong = (expected: string) =>
    refuse('wrong-type', `"${name}" is not what it should be`, { expected, received: showValue(value) });
  if (categories !== undefined) return oneOf(name, categories, value);
  if (encoding === 'time-of-day' || encoding === 'time-of-week') {
    const time = timeOf(value);
    if (time === undefined) throw wrong('a time such as 2026-03-01T07:30:00Z');
    return circle([time], encoding);
  }
  if (encoding === 'flag') {
    if (typeof value !== 'boolean' && value !== 0 && value !== 1) throw wrong('true or false');
    return [Number(value)];
  }
  const numbers = end - start === 1 ? [value] : value;
  if (!Array.isArray(numbers) || numbers.length !== end - start)
    throw wrong(`a list of ${end - start} numbers`);
  // Beyond the largest of 32 bits, a number would become infinite.
  if (!numbers.every((number) => typeof number === 'number' && Number.isFinite(Math.fround(number))))
    throw wrong(encoding === 'elapsed' ? 'seconds since the episode began' : 'a finite number');
  return numbers;
}

function oneOf(name: string, categories: readonly string[], value: unknown): number[] {
  const place = categories.indexOf(String(value));
  if (place === -1 || typeof value === 'object')
    throw refuse('unknown-category', `"${name}" has a category that is not known`, {
      expected: categories.join(', '),
      received: showValue(value),
    });
  return categories.map((_, i) => (i === place ? 1 : 0));
}

function refuse(code: string, problem: string, more: Partial<LamoErrorDetails> = {}): LamoError {
  return new LamoError({ where: 'data/observation', code, problem, ...more });
}
