import { type PretrainingConfig, pretraining } from '@lamo/algos';
import { LamoError } from '@lamo/core';
import type { Gpt2Config } from '@lamo/models';
import { z } from 'zod';
import { parseManifest, type RunManifest, runManifest, taskOf } from '../run/manifest';
import type { TextPlan } from './open-corpora';

/** What a pre-training is, as `manifest.json`. Everything in it but `sessions` is settled when it begins. */
export interface PretrainingManifest extends RunManifest {
  /** Distinguishes it from the manifest of a training. */
  readonly task: 'pretrain';
  readonly config: PretrainingConfig;
  /** Sizes of the model. */
  readonly model: Gpt2Config;
  /** Folder or name of the model whose weights it began with; null: drawn anew. */
  readonly initialisedFrom: string | null;
  /** The text, and how it was cut into blocks. */
  readonly text: TextPlan & {
    /** Of all text that is read, in SHA-256. */
    readonly fingerprint: string;
    readonly blocks: number;
    readonly heldOutBlocks: number;
  };
  /** The tokenizer, and where it comes from. */
  readonly tokenizer: {
    /** Folder or name that it was loaded from; null: trained on the text. */
    readonly from: string | null;
    readonly vocabularySize: number;
  };
  /** Gradient steps between snapshots. */
  readonly snapshotEvery: number;
}

const rate = z.number().min(0).max(1);
const count = z.int().positive();

const pretrainingManifest: z.ZodType<PretrainingManifest> = runManifest.extend({
  task: z.literal('pretrain'),
  config: pretraining.config,
  model: z.looseObject({
    vocabSize: count,
    nPositions: count,
    nEmbd: count,
    nLayer: count,
    nHead: count,
    nInner: count,
    activationFunction: z.enum(['gelu_new', 'gelu', 'relu']),
    layerNormEpsilon: z.number().positive(),
    residPdrop: rate,
    embdPdrop: rate,
    attnPdrop: rate,
    initializerRange: z.number().positive(),
  }),
  initialisedFrom: z.string().nullable(),
  text: z.looseObject({
    sources: z.array(z.string()).min(1),
    subset: z.string().nullable(),
    field: z.string().nullable().optional(),
    split: z.string().nullable(),
    heldOut: z.union([rate, z.array(z.string()).min(1)], {
      error: 'a share between 0 and 1, or a list of sources',
    }),
    context: count,
    shuffleSeed: z.int().nullable(),
    fingerprint: z.string().min(1),
    blocks: count,
    heldOutBlocks: count,
  }),
  tokenizer: z.looseObject({ from: z.string().nullable(), vocabularySize: count }),
  snapshotEvery: count,
});

/** Reads the manifest of a pre-training. @throws LamoError `not-a-pretraining`, `damaged-manifest`, `run-version` */
export function readPretrainingManifest(path: string): PretrainingManifest {
  if (taskOf(path) === 'pretrain') return parseManifest(path, pretrainingManifest, 'lamo pretrain');
  throw new LamoError({
    where: 'cli/pretrain',
    code: 'not-a-pretraining',
    problem: `${path} is not of a pre-training`,
    expected: 'a run of `lamo pretrain`',
    received: 'a run of `lamo train`',
    hint: 'Runs of `lamo train` go on with `lamo train --resume`.',
  });
}
