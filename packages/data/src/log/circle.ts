/** Milliseconds after which a time comes again, and the start of the first one after 1970: a Monday. */
const PERIODS = {
  'time-of-day': { length: 86_400_000, start: 0 },
  'time-of-week': { length: 7 * 86_400_000, start: 4 * 86_400_000 },
} as const;

/** How often the time comes again whose place on a circle is asked for. */
export type Period = keyof typeof PERIODS;

/**
 * Says where on a circle times are: sine and cosine, 0 and 1 where the period begins.
 *
 * @param times [N] milliseconds since 1970
 * @returns [N, 2]
 */
export function circle(times: ArrayLike<number>, period: Period): Float64Array {
  const { length, start } = PERIODS[period];
  const places = new Float64Array(2 * times.length);
  for (let i = 0; i < times.length; i++) {
    const angle = (2 * Math.PI * ((times[i]! - start) % length)) / length;
    places[2 * i] = Math.sin(angle);
    places[2 * i + 1] = Math.cos(angle);
  }
  return places;
}
