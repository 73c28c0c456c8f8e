import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Dataset, LamoError, nearest, readD4rl } from '@lamo/data';

/** Reads a dataset file; if there is none, says which one may be meant. @throws LamoError as `readD4rl` */
export async function openDataset(path: string): Promise<Dataset> {
  if (existsSync(path)) return readD4rl(path);
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
