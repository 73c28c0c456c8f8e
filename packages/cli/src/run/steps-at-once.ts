/** What decides when a run has to be looked at. */
interface Rhythm {
  readonly logEvery: number;
  readonly checkpointEvery: number;
  readonly evaluation: { readonly every: number } | null;
}

/** More steps at once are no faster, and Ctrl-C would have to wait for them. */
const AT_MOST = 40;

/**
 * Chooses how many steps a run takes before it looks up: as many as fit evenly between its log lines, checkpoints
 * and evaluations.
 */
export function stepsAtOnce({ logEvery, checkpointEvery, evaluation }: Rhythm): number {
  const common = commonDivisor(commonDivisor(logEvery, checkpointEvery), evaluation?.every ?? 0);
  for (let steps = AT_MOST; steps > 1; steps--) if (common % steps === 0) return steps;
  return 1;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
