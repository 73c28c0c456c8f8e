import { readBehaviourPolicy } from '@lamo/data';
import { behaviourPolicy } from '../policies/behaviour-policy';
import type { Mixture, Player } from './collector';
import { random } from './random-player';
import { type SnapshotLevel, snapshot } from './snapshot';

/**
 * Makes the collectors of a robot that play as D4RL's data were made (Fu et al. 2020): policies of SAC that draw their actions, from a
 * training that was stopped early and from one that went on; half of the rows of either; and, which D4RL has not, half at random and half by
 * the first.
 *
 * @param robot folder of its policies in `snapshots`; a card beside each says how it was trained and what it earns
 */
export function qualities(robot: string): readonly (Player | Mixture)[] {
  const players = (['medium', 'expert'] as const).map((level): Player => {
    const played = snapshot(robot, level);
    return {
      name: level,
      description: DESCRIPTIONS[level],
      snapshot: played,
      policy: async (_, { seed, noise }) =>
        behaviourPolicy(await readBehaviourPolicy(played.path()), { seed, deterministic: !noise }),
    };
  });
  const mixtures: Mixture[] = [
    {
      name: 'random-medium',
      description: 'half of the rows at random, then half by medium',
      players: [random, ...players.slice(0, 1)],
    },
    { name: 'medium-expert', description: 'half of the rows by medium, then half by expert', players },
  ];
  return [...players, ...mixtures];
}

const DESCRIPTIONS: Readonly<Record<SnapshotLevel, string>> = {
  medium: 'a policy of SAC from half-way of a training',
  expert: 'a policy of SAC from the end of a training',
};
