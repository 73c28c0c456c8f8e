import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';

/** How files of datasets that lamo writes are called. */
export const DATASET_ENDING = /\.(hdf5|h5)$/i;

/** Endings of files that are datasets and nothing else. */
export const DATASET_FILES: readonly string[] = ['.hdf5', '.h5', '.npz', '.pkl', '.pickle', '.csv', '.tsv'];

/** What the folder of a dataset has in it, and that of a run has not: Minari's, its `data` folder, LeRobot's, a prepared one, one that is being prepared. */
const OF_FOLDERS = [
  ...['main_data.hdf5', 'data/metadata.json', 'metadata.json', 'meta/info.json'],
  ...['lamo-dataset.json', 'preparing.json'],
];

/** Logs of one's own; JSON lines and Parquet may be text as well. */
const LOG_ENDING = /\.((csv|tsv|jsonl|ndjson)(\.gz)?|parquet)$/i;

/** Tells by the name of a file whether it may be a log of one's own, whose columns somebody names. */
export function isLog(path: string): boolean {
  return LOG_ENDING.test(path);
}

/** Tells by the name of a file, or by what is in a folder, whether something is meant as a dataset; reading it decides. */
export function isDataset(path: string): boolean {
  if (DATASET_FILES.includes(extname(path).toLowerCase()) || isLog(path)) return true;
  return OF_FOLDERS.some((name) => existsSync(join(path, name))) && !existsSync(join(path, 'manifest.json'));
}
