import { type ActionBounds, type Dataset, LamoError, parseRecord, type RngState } from '@lamo/core';
import type { Checkpoint } from '@lamo/runtime';
import { z } from 'zod';
import type { AnyAlgorithm } from './algorithm';
import { checkSavedState } from './check-saved-state';

/** What a training checkpoint says besides its tensors. */
export interface TrainingHeader {
  readonly algorithm: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /** Steps taken. */
  readonly step: number;
  readonly observationSize: number;
  readonly actionSize: number;
  /** Between what actions lie; null, or left out by earlier versions: −1 and 1. */
  readonly actionBounds?: ActionBounds | null;
  readonly dataset: { readonly name: string; readonly hash: string };
  /** SHA-256 of the weights that no step changes and that are not in the checkpoint; null if there are none. */
  readonly frozen: string | null;
  /** Position of the batch source. */
  readonly batches: unknown;
  /** Position of the noise stream. */
  readonly noise: RngState;
}

/** What can be checked of a header without its algorithm; what others add to it stays. */
const schema = z
  .looseObject({
    algorithm: z.string(),
    config: z.record(z.string(), z.unknown()),
    seed: z.int(),
    step: z.int().min(0),
    observationSize: z.int().positive(),
    actionSize: z.int().positive(),
    // Earlier versions did not have it.
    actionBounds: z.looseObject({ low: z.array(z.number()), high: z.array(z.number()) }).nullish(),
    dataset: z.looseObject({ name: z.string(), hash: z.string() }),
    // Earlier versions did not have it.
    frozen: z.string().nullish(),
    batches: z.unknown(),
    noise: z.looseObject({}),
  })
  .superRefine(({ actionSize, actionBounds }, context) => {
    if (!actionBounds) return;
    const { low, high } = actionBounds;
    // Equal ones are those of a component that is the same throughout the data.
    const fits =
      low.length === actionSize && high.length === actionSize && low.every((least, i) => least <= high[i]!);
    if (!fits)
      context.addIssue({
        code: 'custom',
        path: ['actionBounds'],
        message: `a lowest and a highest action for each of ${actionSize} components, the lowest first`,
      });
  });

/** Reads the header of a training checkpoint. @throws LamoError `checkpoint-mismatch` */
export function trainingHeader(checkpoint: Pick<Checkpoint, 'header'>): TrainingHeader {
  return parseRecord(schema, checkpoint.header, {
    where: 'algos/checkpoint',
    code: 'checkpoint-mismatch',
    name: "The checkpoint's header",
    kind: 'one that a training writes',
  }) as unknown as TrainingHeader;
}

/** Checks that a checkpoint can be continued with an algorithm on a dataset. @throws LamoError `checkpoint-mismatch` */
export function checkHeader(
  checkpoint: Checkpoint,
  algorithm: AnyAlgorithm,
  dataset: Dataset,
  datasetHash: string,
): TrainingHeader {
  const header = trainingHeader(checkpoint);
  checkSavedState(checkpoint.state);
  const differences: [what: string, expected: string | number, received: string | number][] = [
    ['algorithm', algorithm.name, header.algorithm],
    ['observation size', dataset.observationSize, header.observationSize],
    ['action size', dataset.actionSize, header.actionSize],
  ];
  for (const [what, expected, received] of differences) {
    if (expected !== received) throw mismatch(what, String(expected), String(received));
  }
  if (header.dataset.hash !== datasetHash) {
    throw mismatch(
      'dataset',
      describe(dataset.name, datasetHash),
      describe(header.dataset.name, header.dataset.hash),
    );
  }
  return header;
}

const describe = (name: string, hash: string) => `${name} (sha256 ${hash.slice(0, 12)})`;

function mismatch(what: string, expected: string, received: string): LamoError {
  return new LamoError({
    where: 'algos/checkpoint',
    code: 'checkpoint-mismatch',
    problem: `The checkpoint is of another ${what}`,
    expected,
    received,
    hint: 'Resume with the algorithm and the dataset that the run was started with.',
  });
}
