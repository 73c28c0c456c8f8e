import { epochTime } from './epoch-time';
import { parseTime } from './parse-time';

/** Reads a time as a log has it: a text as `parseTime` takes it, or seconds since 1970, also milli-, micro- or nanoseconds. @returns milliseconds since 1970; undefined if it is none */
export function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return epochTime(value);
  return typeof value === 'string' ? parseTime(value) : undefined;
}
