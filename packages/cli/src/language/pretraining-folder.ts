import { join } from 'node:path';
import { type RunFolder, runFolder } from '../run/run-folder';

/** Where everything of a pre-training lies: what every run has, and models. */
export interface PretrainingFolder extends RunFolder {
  /** A line for each snapshot. */
  readonly perplexity: string;
  /** Folder of the tokenizer. */
  readonly tokenizer: string;
  /** Folder of the snapshots, one folder per step. */
  readonly snapshots: string;
  /** The last model. */
  readonly model: string;
}

/** Names the files of the pre-training in a folder. */
export function pretrainingFolder(path: string): PretrainingFolder {
  return {
    ...runFolder(path),
    perplexity: join(path, 'perplexity.jsonl'),
    tokenizer: join(path, 'tokenizer'),
    snapshots: join(path, 'snapshots'),
    model: join(path, 'model'),
  };
}
