import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Dataset, LamoError, nearest, type ReadD4rlOptions, readD4rl } from '@lamo/data';

/** How a dataset file is to be read, where it does not say so itself. */
export type DatasetReading = Pick<ReadD4rlOptions, 'maxEpisodeSteps' | 'continuing'>;

/** Picks what flags say about reading the dataset; without what they leave out. */
export function datasetReading({ maxEpisodeSteps, continuing }: Flags): DatasetReading {
  return {
    ...(maxEpisodeSteps === undefined ? {} : { maxEpisodeSteps }),
    ...(continuing === undefined ? {} : { continuing }),
  };
}

type Flags = { readonly [Name in keyof DatasetReading]?: DatasetReading[Name] | undefined };

/** Reads a dataset file; if there is none, says which one may be meant. @throws LamoError as `readD4rl` */
export async function openDataset(path: string, reading: DatasetReading = {}): Promise<Dataset> {
  if (existsSync(path)) return readD4rl(path, reading);
  const folder = dirname(path);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const similar = nearest(basename(path), names);
  throw new LamoError({
    where: 'cli/dataset',
    code: 'file-not-found',
    problem: `There is no file ${path}`,
    expected: 'a dataset in D4RL layout (HDF5)',
    hint:
      similar === undefined
        ? '`lamo collect` makes one; docs/guide/your-own-data.md tells how to bring yours.'
        : `Did you mean '${join(folder, similar)}'?`,
  });
}
