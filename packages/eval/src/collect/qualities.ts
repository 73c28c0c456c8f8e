import { findInPackage, LamoError } from '@lamo/core';
import { readBehaviourPolicy } from '@lamo/data';
import { behaviourPolicy } from '../policies/behaviour-policy';
import type { Mixture, Player } from './collector';

/** Levels of the policies that come with this package. */
type Level = 'medium' | 'expert';

/**
 * Makes the collectors of a robot that play as D4RL's data were made (Fu et al. 2020): policies of SAC that draw their actions, from a
 * training that was stopped early and from one that went on; and half of the rows of either.
 *
 * @param robot folder of its policies in `snapshots`; a card beside each says how it was trained and what it earns
 * @param levels those that there are
 */
export function qualities(
  robot: string,
  levels: readonly Level[] = ['medium', 'expert'],
): readonly (Player | Mixture)[] {
  const players = levels.map(
    (name): Player => ({
      name,
      description: DESCRIPTIONS[name],
      policy: async (_, { seed, noise }) =>
        behaviourPolicy(await readBehaviourPolicy(findSnapshot(robot, name)), {
          seed,
          deterministic: !noise,
        }),
    }),
  );
  if (players.length === 1) return players;
  const description = 'half of the rows by medium, then half by expert';
  return [...players, { name: 'medium-expert', description, players }];
}

const DESCRIPTIONS: Readonly<Record<Level, string>> = {
  medium: 'a policy of SAC from half-way of a training',
  expert: 'a policy of SAC from the end of a training',
};

/** Finds the file of a policy. @throws LamoError `incomplete-package` */
function findSnapshot(robot: string, level: Level): string {
  const found = findInPackage(import.meta.url, 'snapshots', robot, `${level}.hdf5`);
  if (found !== undefined) return found;
  throw new LamoError({
    where: 'eval/snapshots',
    code: 'incomplete-package',
    problem: `The policy '${level}' of ${robot} is missing from the installed @lamo/eval`,
    expected: `snapshots/${robot}/${level}.hdf5 in the package`,
    received: 'no such file',
    hint: 'Install @lamo/eval again. If you use a bundler, keep the package outside of the bundle.',
  });
}
