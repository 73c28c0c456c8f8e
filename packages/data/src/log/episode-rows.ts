import type { Role } from './log-columns';
import { logError } from './log-error';

/** One column that is gathered. */
export interface Channel {
  readonly role: Role;
  readonly name: string;
  /** Which cell of a row it is; undefined for the row itself. */
  readonly cell: number | undefined;
  /** How many steps later than the others it is read, where a row is an episode. */
  readonly shift: 0 | 1;
}

/** Flags that are said once for an episode are those of its last step. */
const OF_LAST: readonly Role[] = ['terminated', 'truncated', 'done'];

/**
 * Adds what follows from each row being an episode: which one a step is of, and what was observed next, if lists of observations have one
 * more than those of rewards.
 *
 * @param cells of the first row
 */
export function episodeChannels(channels: readonly Channel[], cells: readonly unknown[]): readonly Channel[] {
  const of = (role: Role) => channels.filter((channel) => channel.role === role);
  const lengthOf = ({ cell }: Channel) =>
    Array.isArray(cells[cell!]) ? (cells[cell!] as unknown[]).length : 0;
  const steps = lengthOf(of('reward')[0]!);
  const hasLast = of('observation').some((channel) => lengthOf(channel) === steps + 1);
  return [
    ...channels,
    ...(of('episode').length > 0
      ? []
      : [{ role: 'episode', name: '(row)', cell: undefined, shift: 0 } as const]),
    ...(of('nextObservation').length > 0 || !hasLast
      ? []
      : of('observation').map((channel) => ({ ...channel, role: 'nextObservation', shift: 1 }) as const)),
  ];
}

/**
 * Spreads an episode into its steps: lists have a value for each, what is no list is so in all of them, but flags of ends only in the last.
 *
 * @param place of the row, for errors: `line 3`
 * @returns the cells of each step, one for each channel
 * @throws LamoError `wrong-type`, `length-mismatch`
 */
export function* stepsOf(
  path: string,
  place: string,
  channels: readonly Channel[],
  cells: readonly unknown[],
): Generator<readonly unknown[]> {
  const reward = channels.find(({ role }) => role === 'reward')!;
  const rewards = cells[reward.cell!];
  if (!Array.isArray(rewards) || rewards.length === 0) {
    throw logError('wrong-type', `"${reward.name}" of ${path} is not a list in ${place}`, {
      expected: 'a list with the reward of each step, as in the first row',
      received: Array.isArray(rewards) ? 'an empty list' : typeof rewards,
    });
  }
  const steps = rewards.length;
  const shifted = new Set(channels.filter(({ shift }) => shift === 1).map(({ cell }) => cell));
  for (const { name, cell } of channels) {
    const list = cell === undefined ? undefined : cells[cell];
    const expected = steps + (shifted.has(cell) ? 1 : 0);
    if (!Array.isArray(list) || list.length === expected) continue;
    throw logError('length-mismatch', `"${name}" of ${path} and its rewards do not fit in ${place}`, {
      expected: `${expected} values for ${steps} rewards`,
      received: String(list.length),
    });
  }
  for (let step = 0; step < steps; step++) {
    yield channels.map(({ role, cell, shift }) => {
      const value = cell === undefined ? place : cells[cell];
      if (Array.isArray(value)) return value[step + shift];
      return OF_LAST.includes(role) && step < steps - 1 ? false : value;
    });
  }
}
