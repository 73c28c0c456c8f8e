import { LamoError, parseRecord, type RngState } from '@lamo/core';
import type { TokenCorpus } from '@lamo/data';
import { formatGpt2Config, type Gpt2Config, parseGpt2Config } from '@lamo/models';
import type { Checkpoint } from '@lamo/runtime';
import { z } from 'zod';
import { checkSavedState } from '../engine/check-saved-state';
import { type PretrainingConfig, pretraining } from './pretraining';

/** What a checkpoint of a pre-training says besides its tensors. */
export interface PretrainingHeader {
  readonly task: 'pretrain';
  readonly model: Gpt2Config;
  readonly config: PretrainingConfig;
  readonly seed: number;
  /** Steps in all. */
  readonly steps: number;
  /** Steps taken. */
  readonly step: number;
  readonly corpus: { readonly blocks: number; readonly blockLength: number };
  /** Position of the batch source. */
  readonly batches: unknown;
  /** Position of the noise stream. */
  readonly noise: RngState;
}

/** What can be checked of a header; what others add to it stays. */
const schema = z.looseObject({
  task: z.literal('pretrain'),
  model: z.record(z.string(), z.unknown()),
  config: pretraining.config,
  seed: z.int(),
  steps: z.int().positive(),
  step: z.int().min(0),
  corpus: z.looseObject({ blocks: z.int().positive(), blockLength: z.int().positive() }),
  batches: z.unknown(),
  noise: z.looseObject({}),
});

/** Checks that a checkpoint can be continued on a corpus to a last step. @throws LamoError `checkpoint-mismatch` */
export function checkPretrainingHeader(
  checkpoint: Checkpoint,
  corpus: TokenCorpus,
  steps: number,
): PretrainingHeader {
  const known = parseRecord(schema, checkpoint.header, {
    where: 'algos/pretrain',
    code: 'checkpoint-mismatch',
    name: "The checkpoint's header",
    kind: 'one that a pre-training writes',
  }) as unknown as PretrainingHeader;
  checkSavedState(checkpoint.state);
  const describe = (text: PretrainingHeader['corpus']) =>
    `${text.blocks} blocks of ${text.blockLength} tokens`;
  if (describe(known.corpus) !== describe(corpus)) {
    throw mismatch('The checkpoint is of another text', describe(known.corpus), describe(corpus));
  }
  if (known.steps !== steps) {
    throw mismatch(
      'The checkpoint is of a pre-training of other length',
      `${known.steps} steps, at whose end the learning rate is 0`,
      `${steps}`,
      'To train a finished model longer, begin a new pre-training with its weights.',
    );
  }
  // Writing and reading it checks it.
  return { ...known, model: parseGpt2Config(formatGpt2Config(known.model), "The checkpoint's model") };
}

function mismatch(problem: string, expected: string, received: string, hint?: string): LamoError {
  return new LamoError({
    where: 'algos/pretrain',
    code: 'checkpoint-mismatch',
    problem,
    expected,
    received,
    hint: hint ?? 'Resume with the text, tokenizer and steps that the run was started with.',
  });
}
