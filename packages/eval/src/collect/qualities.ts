import { readBehaviourPolicy } from '@lamo/data';
import { behaviourPolicy } from '../policies/behaviour-policy';
import type { Mixture, Player } from './collector';
import { type SnapshotLevel, snapshot } from './snapshot';

/**
 * Makes the collectors of a robot that play as D4RL's data were made (Fu et al. 2020): policies of SAC that draw their actions, from a
 * training that was stopped early and from one that went on; and half of the rows of either.
 *
 * @param robot folder of its policies in `snapshots`; a card beside each says how it was trained and what it earns
 * @param levels those that there are
 */
export function qualities(
  robot: string,
  levels: readonly SnapshotLevel[] = ['medium', 'expert'],
): readonly (Player | Mixture)[] {
  const players = levels.map((level): Player => {
    const played = snapshot(robot, level);
    return {
      name: level,
      description: DESCRIPTIONS[level],
      snapshot: played,
      policy: async (_, { seed, noise }) =>
        behaviourPolicy(await readBehaviourPolicy(played.path()), { seed, deterministic: !noise }),
    };
  });
  if (players.length === 1) return players;
  const description = 'half of the rows by medium, then half by expert';
  return [...players, { name: 'medium-expert', description, players }];
}

const DESCRIPTIONS: Readonly<Record<SnapshotLevel, string>> = {
  medium: 'a policy of SAC from half-way of a training',
  expert: 'a policy of SAC from the end of a training',
};
