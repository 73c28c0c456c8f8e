import { type JudgedLog, LamoError } from '@lamo/core';
import { checkRange } from '../statistics/check-range';

const WHERE = 'eval/estimators';

/** A list, its name, and how many numbers it has to have. */
type Column = readonly [name: string, list: ArrayLike<number>, length: number];

/** Checks that every column has a number for each row, or for each episode. @throws LamoError `lengths-differ`, `out-of-range` */
export function checkJudgedLog(log: JudgedLog): void {
  const { episodeEnds, rewards, discount } = log;
  checkRange(WHERE, 'discount', discount, discount >= 0 && discount <= 1, 'between 0 and 1');
  const last = episodeEnds[episodeEnds.length - 1];
  if (last !== rewards.length)
    throw differ(
      'The last episode does not end with the last row',
      `episodes of ${rewards.length} rows`,
      `${last ?? 'no episode'}`,
    );
  for (const [name, list, length] of columnsOf(log))
    if (list.length !== length)
      throw differ(`'${name}' of the judged log has another length`, `${length} numbers`, `${list.length}`);
}

function columnsOf({ densities, networks, critics, rewards, episodeEnds }: JudgedLog): Column[] {
  const [rows, episodes] = [rewards.length, episodeEnds.length];
  const all = (name: string, lists: readonly ArrayLike<number>[], length: number) =>
    lists.map((list): Column => [name, list, length]);
  return [
    ...all('densities', densities ? [densities.behaviour, densities.policy] : [], rows),
    ...all('critics', critics ? [critics.starts, critics.cuts] : [], episodes),
    ...all('networks', networks ? [...networks.logged, ...networks.policy] : [], rows),
    ...all('networks', networks ? [...networks.cuts, ...networks.counts] : [], episodes),
  ];
}

function differ(problem: string, expected: string, received: string): LamoError {
  return new LamoError({ where: WHERE, code: 'lengths-differ', problem, expected, received });
}
