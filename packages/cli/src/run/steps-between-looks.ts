/** What decides when a run has to be looked at. */
interface Rhythm {
  readonly logEvery: number;
  readonly checkpointEvery: number;
}

/** Milliseconds after which a run looks up between steps whatever is due: for progress, and for Ctrl-C. */
export const LOOK_WITHIN = 50;

/**
 * Counts the steps that a run may take before something is due: a line of metrics, a checkpoint, or a look at its result.
 *
 * @param looks steps between looks at the result; null if there are none
 */
export function stepsBetweenLooks({ logEvery, checkpointEvery }: Rhythm, looks: number | null): number {
  return commonDivisor(commonDivisor(logEvery, checkpointEvery), looks ?? 0);
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
