import { checkNumber, type Dataset } from '@lamo/core';

/**
 * What is taken to be earned after the last row of an episode that did not terminate, be it cut or unfinished:
 * - `nothing`: no more than was logged;
 * - `constant`: where all its rewards are the same, as where a sparse one never came, that reward for ever; otherwise nothing;
 * - `last-reward`: its last reward for ever.
 */
export type CutReturns = 'nothing' | 'constant' | 'last-reward';

const WHERE = 'data/returns';

/**
 * Estimates what follows the last row of each episode, as {@link CutReturns} has it: r / (1 − discount) where a reward r goes on for
 * ever, and 0 after a terminated row.
 *
 * @param rewards [N] those of the dataset, or what was made of them
 * @returns one for each episode
 * @throws LamoError `out-of-range` for a discount of 1, by which what goes on for ever is infinite
 */
export function returnsBeyond(
  rewards: ArrayLike<number>,
  { episodeEnds, terminated }: Pick<Dataset, 'episodeEnds' | 'terminated'>,
  discount: number,
  cut: CutReturns,
): Float64Array {
  const beyond = new Float64Array(episodeEnds.length);
  if (cut === 'nothing') return beyond;
  checkNumber(WHERE, 'discount', discount, `a number below 1 for '${cut}'`, (value) => value < 1);
  let start = 0;
  for (const [episode, end] of episodeEnds.entries()) {
    const last = rewards[end - 1]!;
    const goesOn = cut === 'last-reward' || isConstant(rewards, start, end);
    if (terminated[end - 1] === 0 && goesOn) beyond[episode] = last / (1 - discount);
    start = end;
  }
  return beyond;
}

function isConstant(rewards: ArrayLike<number>, start: number, end: number): boolean {
  for (let row = start; row < end; row++) if (rewards[row] !== rewards[start]) return false;
  return true;
}
