/** Runs of the same seed, side by side. */
export function pairs<Run extends { readonly seed: number }>(
  one: readonly Run[],
  other: readonly Run[],
): [Run, Run][] {
  return one.flatMap((run) => {
    const partner = other.find(({ seed }) => seed === run.seed);
    return partner === undefined ? [] : [[run, partner] as [Run, Run]];
  });
}

/** Leaves repeated values out. */
export function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
