import { type JudgedLog, LamoError } from '@lamo/core';
import type { Draw, LogPart } from './estimator';

/** Names a log's part. @throws LamoError `missing-part` if the log does not have it */
export function partOf<Part extends LogPart>(log: JudgedLog, part: Part): NonNullable<JudgedLog[Part]> {
  const found = log[part];
  if (found !== undefined) return found as NonNullable<JudgedLog[Part]>;
  throw new LamoError({
    where: 'eval/estimators',
    code: 'missing-part',
    problem: `The judged log has no ${part}`,
    expected: `${part}, which this estimator reads`,
  });
}

/** Calls back with every episode: its number, its first row, and one past its last one. */
export function eachEpisode(
  { episodeEnds }: Pick<JudgedLog, 'episodeEnds'>,
  visit: (episode: number, start: number, end: number) => void,
): void {
  for (let episode = 0, start = 0; episode < episodeEnds.length; episode++) {
    const end = episodeEnds[episode]!;
    visit(episode, start, end);
    start = end;
  }
}

/**
 * Sums the discounted rewards of every episode, and what comes after a cut.
 *
 * @param cuts [E] what is still to come after the last row @default nothing: a cut episode earned what it earned
 * @returns [E]
 */
export function loggedReturns(log: JudgedLog, cuts?: ArrayLike<number>): Float64Array {
  const { rewards, discount, episodeEnds } = log;
  const returns = new Float64Array(episodeEnds.length);
  eachEpisode(log, (episode, start, end) => {
    let sum = cuts?.[episode] ?? 0;
    for (let row = end - 1; row >= start; row--) sum = rewards[row]! + discount * sum;
    returns[episode] = sum;
  });
  return returns;
}

/** The mean over the episodes of a sample. @param values [E] */
export function meanOver(values: ArrayLike<number>, { counts }: Draw): number {
  let [sum, drawn] = [0, 0];
  for (let episode = 0; episode < values.length; episode++) {
    sum += counts[episode]! * values[episode]!;
    drawn += counts[episode]!;
  }
  return sum / drawn;
}

/**
 * The mean of K networks over the episodes of a sample, moved by how far the networks are apart.
 *
 * @param values [K][E]
 */
export function ensembleMean(values: readonly ArrayLike<number>[]): (draw: Draw) => number {
  const episodes = values[0]!.length;
  const means = new Float64Array(episodes);
  for (const own of values) for (let e = 0; e < episodes; e++) means[e]! += own[e]! / values.length;
  const every = { counts: new Float64Array(episodes).fill(1), moves: [] };
  const whole = meanOver(means, every);
  const distances = values.map((own) => meanOver(own, every) - whole);
  return (draw) =>
    distances.reduce((sum, distance, k) => sum + draw.moves[k]! * distance, meanOver(means, draw));
}
