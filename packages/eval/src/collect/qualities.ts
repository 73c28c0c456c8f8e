import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Dataset, LamoError } from '@lamo/core';
import { countFinishedEpisodes, joinDatasets, readBehaviourPolicy, selectEpisodes } from '@lamo/data';
import type { EnvironmentEntry } from '../define-environment';
import { behaviourPolicy } from '../policies/behaviour-policy';
import { collectDataset } from './collect-dataset';
import type { Collector, CollectTask } from './collector';

/** Levels of the policies that come with this package. */
type Level = 'medium' | 'expert';

/**
 * Makes the collectors of a robot that play as D4RL's data were made (Fu et al. 2020): policies of SAC that draw their actions, from a
 * training that was stopped early and from one that went on; and half of the rows of either.
 *
 * @param robot folder of its policies in `snapshots`; a card beside each says how it was trained and what it earns
 */
export function qualities(robot: string): readonly Collector[] {
  const level = (name: Level, description: string): Collector => ({
    name,
    description,
    collect: (environment, task) => play(robot, name, environment, task),
  });
  return [
    level('medium', 'a policy of SAC from half-way of a training'),
    level('expert', 'a policy of SAC from the end of a training'),
    {
      name: 'medium-expert',
      description: 'half of the rows by medium, then half by expert',
      collect: (environment, task) => playBoth(robot, environment, task),
    },
  ];
}

async function play(
  robot: string,
  level: Level,
  environment: EnvironmentEntry,
  { noise, ...task }: CollectTask,
): Promise<Dataset> {
  const weights = await readBehaviourPolicy(findSnapshot(robot, level));
  const policy = behaviourPolicy(weights, { seed: task.seed, deterministic: !noise });
  return collectDataset(policy, environment, { ...task, name: environment.spec.id });
}

/** As D4RL joins them: what comes first ends with a finished episode. */
async function playBoth(robot: string, environment: EnvironmentEntry, task: CollectTask): Promise<Dataset> {
  const { steps, onProgress } = task;
  const half = await play(robot, 'medium', environment, { ...task, steps: Math.ceil(steps / 2) });
  const finished = [...Array(countFinishedEpisodes(half)).keys()];
  const first = finished.length === 0 ? undefined : selectEpisodes(half, finished);
  const used = first?.size ?? 0;
  const rest = {
    ...task,
    steps: steps - used,
    ...(onProgress && { onProgress: (rows: number) => onProgress(used + rows) }),
  };
  const second = await play(robot, 'expert', environment, rest);
  return first === undefined ? second : joinDatasets(environment.spec.id, [first, second]);
}

/** Finds the file of a policy. @throws LamoError `incomplete-package` */
function findSnapshot(robot: string, level: Level): string {
  // The package's root is one folder above its bundle, and more above its sources.
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const found = join(folder, 'snapshots', robot, `${level}.hdf5`);
    if (existsSync(found)) return found;
    const parent = dirname(folder);
    if (parent === folder) break;
    folder = parent;
  }
  throw new LamoError({
    where: 'eval/snapshots',
    code: 'incomplete-package',
    problem: `The policy '${level}' of ${robot} is missing from the installed @lamo/eval`,
    expected: `snapshots/${robot}/${level}.hdf5 in the package`,
    received: 'no such file',
    hint: 'Install @lamo/eval again. If you use a bundler, keep the package outside of the bundle.',
  });
}
