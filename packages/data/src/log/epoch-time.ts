/** What a number counts that is a time: since 1970. */
export type EpochUnit = 'seconds' | 'milliseconds' | 'microseconds' | 'nanoseconds';

/** How many are in a second. Times from 2001 to 2286 are numbers of 1e9 to 1e10 seconds, which none is of another unit. */
const PER_SECOND: Readonly<Record<EpochUnit, number>> = {
  seconds: 1,
  milliseconds: 1e3,
  microseconds: 1e6,
  nanoseconds: 1e9,
};

/** All of them. */
export const EPOCH_UNITS = Object.keys(PER_SECOND) as [EpochUnit, ...EpochUnit[]];

/** Tells by its size what a number counts, if it is a time since 1970. */
export function epochUnit(number: number): EpochUnit | undefined {
  return EPOCH_UNITS.find((unit) => number >= 1e9 * PER_SECOND[unit] && number < 1e10 * PER_SECOND[unit]);
}

/** Reads a number of one of the units since 1970. @returns milliseconds; undefined if it is none by its size */
export function epochTime(number: number): number | undefined {
  const unit = epochUnit(number);
  return unit === undefined ? undefined : number / (PER_SECOND[unit] / 1000);
}
