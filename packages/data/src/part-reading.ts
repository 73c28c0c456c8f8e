import type { ObservationPart, PartEncoding } from '@lamo/core';

/** Numbers that a value becomes, by how it is encoded. */
const WIDTHS: Readonly<Record<PartEncoding, number>> = {
  flag: 1,
  elapsed: 1,
  'time-of-day': 2,
  'time-of-week': 2,
};

/** The encodings of parts. */
export const PART_ENCODINGS = Object.keys(WIDTHS) as readonly PartEncoding[];

/** How many numbers of a log a part is made of: one of a time, which becomes two. */
export function rawWidth({ start, end, encoding }: ObservationPart): number {
  return encoding === undefined ? end - start : 1;
}

/** Tells whether what is said of the values of a part fits it: how they are encoded, and what stands in for one that is missing. */
export function isReading(part: ObservationPart): boolean {
  const { start, end, categories, encoding, missing } = part;
  if (encoding !== undefined && (categories !== undefined || WIDTHS[encoding] !== end - start)) return false;
  if (missing === undefined) return true;
  const { value, previous } = missing ?? {};
  if (previous !== undefined && typeof previous !== 'boolean') return false;
  if (value === undefined) return true;
  if (categories !== undefined) return typeof value === 'string' && categories.includes(value);
  return Array.isArray(value) && value.length === rawWidth(part) && value.every(Number.isFinite);
}
