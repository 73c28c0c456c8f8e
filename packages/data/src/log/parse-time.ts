const TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s?(Z|UTC|[+-]\d\d(?::?\d\d)?)?)?$/;

/**
 * Reads a time stamp (ISO 8601, with a space for the T if need be): `2026-03-01`, `2026-03-01 07:30:00+02:00`. Without a zone it is
 * read as it is written, as if at UTC, so that the hour of the day is the one in the file.
 *
 * @returns milliseconds since 1970; undefined if it is not one
 */
export function parseTime(text: string): number | undefined {
  if (text.length < 10 || text[4] !== '-') return undefined;
  const found = TIME.exec(text);
  if (found === null) return undefined;
  const [year, month, day, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const fraction = Number(`0.${found[7] ?? 0}`) * 1000;
  const start = Date.UTC(year!, month! - 1, day!, hour, minute, second);
  const date = new Date(start);
  const isDay = date.getUTCFullYear() === year && date.getUTCMonth() === month! - 1;
  const exists = isDay && hour < 24 && minute < 60 && second < 61;
  return exists ? start + fraction - zone(found[8]) : undefined;
}

/** Milliseconds that a zone is ahead of UTC. */
function zone(text = 'Z'): number {
  if (text === 'Z' || text === 'UTC') return 0;
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(3).replace(':', ''))];
  return (text.startsWith('-') ? -1 : 1) * (60 * hours + minutes) * 60_000;
}
