import type { AnyAlgorithm } from '@lamo/algos';

/** What decides when a run has to be looked at. */
interface Rhythm {
  readonly logEvery: number;
  readonly checkpointEvery: number;
}

/** More steps at once are no faster, and Ctrl-C would have to wait for them. */
const MOST = 40;

/**
 * Chooses how many steps a run takes before it looks up: as many as fit evenly between its log lines, checkpoints
 * and looks at its result.
 *
 * @param looks steps between them; null if there are none
 * @param algorithm whose steps may be long: then Ctrl-C waits for one only
 */
export function stepsAtOnce(
  { logEvery, checkpointEvery }: Rhythm,
  looks: number | null,
  algorithm: Pick<AnyAlgorithm, 'stepsAtOnce'>,
): number {
  if (algorithm.stepsAtOnce === 1) return 1;
  const common = commonDivisor(commonDivisor(logEvery, checkpointEvery), looks ?? 0);
  for (let steps = MOST; steps > 1; steps--) if (common % steps === 0) return steps;
  return 1;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
