import type { EpisodeData } from './view-data';

/** Numbers of an episode over its rows. */
export interface Trace {
  readonly name: string;
  /** One or more, [length] each. */
  readonly lines: readonly (readonly number[])[];
}

/** What values are called, by the rewards that they are of. */
const VALUE_NAMES = {
  raw: 'Value by the critics: discounted return to go',
  transformed: 'Value by the critics: discounted return to go, of rewards as training changed them',
} as const;

/**
 * Finds what to draw of an episode: reward, return so far, what is still to be earned of the return that the policy was asked for, what
 * critics think of its actions, and these.
 */
export function tracesOf(
  { rewards, actions, actionSize, judged }: EpisodeData,
  targetReturn: number | null,
): Trace[] {
  const soFar: number[] = [];
  let sum = 0;
  for (const reward of rewards) {
    sum += reward;
    soFar.push(sum);
  }
  // What a policy is told before it acts: what was asked for less what it has earned by then.
  const toGo = soFar.map((earned, row) => (targetReturn ?? 0) - earned + rewards[row]!);
  const components = Array.from({ length: actionSize }, (_, i) =>
    rewards.map((_, row) => actions[row * actionSize + i]!),
  );
  return [
    { name: 'Reward', lines: [rewards] },
    { name: 'Return so far', lines: [soFar] },
    ...(targetReturn === null ? [] : [{ name: 'Target return to go', lines: [toGo] }]),
    ...(judged === undefined ? [] : [{ name: VALUE_NAMES[judged.rewards], lines: [judged.values] }]),
    ...(actions.length === 0 ? [] : [{ name: actionSize === 1 ? 'Action' : 'Actions', lines: components }]),
  ];
}
