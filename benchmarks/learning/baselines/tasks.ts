import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeD4rl } from '@lamo/data';
import { findCollector, findEnvironment } from '@lamo/eval';
import { fixturePath } from '../../../test/fixtures';
import { findNamed } from '../find-named';

/** Data to learn from, and where the policies are judged. */
export interface Task {
  /** Name of the data: the file's, without its ending. */
  readonly name: string;
  readonly environment: string;
  /** Episodes of an evaluation. */
  readonly episodes: number;
  /** Presets for it, by falling fit: the first one that an algorithm has is taken. */
  readonly presets: readonly string[];
  /** Finds the file, or makes it in the folder; undefined if neither can be done. */
  file(folder: string): Promise<string | undefined>;
}

/** Where every algorithm is tried. */
export const tasks: readonly Task[] = [
  {
    name: 'halfcheetah-medium-sac',
    environment: 'halfcheetah-v4',
    episodes: 10,
    presets: ['halfcheetah-medium', 'halfcheetah', 'gym'],
    file: async () => fixturePath('d4rl/halfcheetah-medium-sac.hdf5'),
  },
  {
    name: 'maze2d-umaze-v1',
    environment: 'maze2d-umaze-v1',
    episodes: 20,
    presets: ['maze2d-umaze', 'maze2d'],
    file: (folder) => collect('maze2d-umaze-v1', join(folder, 'maze2d-umaze-v1.hdf5')),
  },
];

/** Finds a task by its name. @throws LamoError `unknown-task` */
export function findTask(name: string): Task {
  return findNamed('task', Object.fromEntries(tasks.map((one) => [one.name, one])), name);
}

/** Plays the scripted player of the quickstart, with the quickstart's number of rows and its seed. */
async function collect(environment: string, path: string): Promise<string> {
  if (existsSync(path)) return path;
  const entry = findEnvironment(environment);
  const collector = findCollector(entry);
  const dataset = await collector.collect(entry, { rows: 100_000, seed: 0, noise: true });
  await writeD4rl(dataset, path, { metadata: { environment, collector: collector.name, seed: 0 } });
  return path;
}
