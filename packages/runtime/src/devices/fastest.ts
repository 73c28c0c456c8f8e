/** Something that can be tried without consequences. */
export interface Candidate<T> {
  readonly value: T;
  /** Does the work once. */
  attempt(): Promise<void>;
}

const ROUNDS = 7;
/** Short work is repeated until one measurement takes about this long. */
const SLICE_MS = 4;

/**
 * Finds the candidate that is fastest here and now, by the median of a few interleaved measurements: the number
 * of cores says little about how many of them are free.
 */
export async function fastest<T>(candidates: readonly Candidate<T>[]): Promise<T> {
  if (candidates.length === 1) return candidates[0]!.value;
  const times = candidates.map((): number[] => []);
  // The first attempt also warms up caches and thread pools.
  for (const candidate of candidates) await candidate.attempt();
  const repeats = Math.max(1, Math.round(SLICE_MS / (await elapsed(candidates[0]!, 1))));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, candidate] of candidates.entries()) times[i]!.push(await elapsed(candidate, repeats));
  }
  const medians = times.map((each) => each.sort((a, b) => a - b)[ROUNDS >> 1]!);
  return candidates[medians.indexOf(Math.min(...medians))]!.value;
}

async function elapsed(candidate: Candidate<unknown>, repeats: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < repeats; i++) await candidate.attempt();
  return performance.now() - start;
}
