/** What a number counts that is a time: since 1970. */
export type EpochUnit = 'seconds' | 'milliseconds';

/** Milliseconds in each, and the numbers that are times of it: those from 2001 to 2286. The two do not overlap. */
const UNITS = {
  seconds: { length: 1000, least: 1e9 },
  milliseconds: { length: 1, least: 1e12 },
} as const;

/** Tells by its size what a number counts, if it is a time since 1970. */
export function epochUnit(number: number): EpochUnit | undefined {
  if (number >= UNITS.seconds.least && number < 10 * UNITS.seconds.least) return 'seconds';
  if (number >= UNITS.milliseconds.least && number < 10 * UNITS.milliseconds.least) return 'milliseconds';
  return undefined;
}

/** Reads seconds or milliseconds since 1970. @returns milliseconds; undefined if it is neither by its size */
export function epochTime(number: number): number | undefined {
  const unit = epochUnit(number);
  return unit === undefined ? undefined : number * UNITS[unit].length;
}
