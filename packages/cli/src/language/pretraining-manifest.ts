import type { PretrainingConfig } from '@lamo/algos';
import { LamoError } from '@lamo/data';
import type { Gpt2Config } from '@lamo/models';
import { type RunManifest, readRunManifest } from '../run/manifest';
import type { TextPlan } from './open-corpora';

/** What a pre-training is, as `manifest.json`. Everything in it but `sessions` is settled when it begins. */
export interface PretrainingManifest extends RunManifest {
  readonly task: 'pretrain';
  readonly config: PretrainingConfig;
  readonly model: Gpt2Config;
  /** Folder or name of the model whose weights it began with; null: drawn anew. */
  readonly initialisedFrom: string | null;
  readonly text: TextPlan & {
    /** Of all text that is read, in SHA-256. */
    readonly fingerprint: string;
    readonly blocks: number;
    readonly heldOutBlocks: number;
  };
  readonly tokenizer: {
    /** Folder or name that it was loaded from; null: trained on the text. */
    readonly from: string | null;
    readonly vocabularySize: number;
  };
  readonly snapshotEvery: number;
}

/** Reads the manifest of a pre-training. @throws LamoError `not-a-pretraining`, `damaged-manifest`, `run-version` */
export function readPretrainingManifest(path: string): PretrainingManifest {
  const manifest = readRunManifest(path) as Partial<PretrainingManifest>;
  if (manifest.task === 'pretrain') return manifest as PretrainingManifest;
  throw new LamoError({
    where: 'cli/pretrain',
    code: 'not-a-pretraining',
    problem: `${path} is not of a pre-training`,
    expected: 'a run of `lamo pretrain`',
    received: 'a run of `lamo train`',
    hint: 'Runs of `lamo train` go on with `lamo train --resume`.',
  });
}
