/** Writes a record as JSON, equal for equal values in whichever order they are named. */
export function sortedJson(record: object): string {
  return JSON.stringify(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
