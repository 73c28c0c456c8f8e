import { LamoError, parseRecord, type RngState } from '@lamo/core';
import type { Checkpoint } from '@lamo/runtime';
import { z } from 'zod';
import type { AnyAlgorithm, SpecOf } from './algorithm';
import { checkSavedState } from './check-saved-state';
import type { DataIdentity } from './data-kind';
import { parseSavedConfig } from './parse-config';

/** What a training checkpoint says in addition to its tensors, except for its data's name and sizes. */
export interface TrainingHeader {
  /** Name of the algorithm. */
  readonly algorithm: string;
  /** All settings, defaults included. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Seed of the training. */
  readonly seed: number;
  /** Steps taken. */
  readonly step: number;
  /** SHA-256 of what was loaded and is not in the checkpoint, such as weights that no step changes; null if there is nothing. */
  readonly frozen: string | null;
  /** Part of the data that is only measured on. @default none */
  readonly heldOut?: number | undefined;
  /** Position of the batch source. */
  readonly batches: unknown;
  /** Position of the noise stream. */
  readonly noise: RngState;
}

/** What can be checked of a header without its algorithm; what its kind of data, and others, add to it stays. */
const schema = z.looseObject({
  algorithm: z.string(),
  config: z.record(z.string(), z.unknown()),
  seed: z.int(),
  step: z.int().min(0),
  // Earlier versions did not have it.
  frozen: z.string().nullish(),
  heldOut: z.number().gt(0).lt(1).optional(),
  batches: z.unknown(),
  noise: z.looseObject({}),
});

const origin = {
  where: 'algos/checkpoint',
  code: 'checkpoint-mismatch',
  name: "The checkpoint's header",
  kind: 'one that a training writes',
};

/** Reads the header of a training checkpoint. @throws LamoError `checkpoint-mismatch` */
export function trainingHeader(checkpoint: Pick<Checkpoint, 'header'>): TrainingHeader {
  return parseRecord(schema, checkpoint.header, origin) as unknown as TrainingHeader;
}

/** What a checkpoint's header says of the data. */
export interface SavedData<Spec> {
  /** Sizes and bounds of the data. */
  readonly spec: Spec;
  /** Name and hash of the data. */
  readonly identity: DataIdentity;
}

/** Reads what a checkpoint's header says of the data that its algorithm learned from. @throws LamoError `checkpoint-mismatch` */
export function savedData<Learner extends AnyAlgorithm>(
  { header }: Pick<Checkpoint, 'header'>,
  { data }: Learner,
): SavedData<SpecOf<Learner>> {
  const known = z.looseObject({ [data.name]: z.looseObject({ name: z.string(), hash: z.string() }) });
  const spec = parseRecord(data.saved, header, origin) as SpecOf<Learner>;
  return { spec, identity: parseRecord(known, header, origin)[data.name] as unknown as DataIdentity };
}

/** Writes what a header says of the data. */
export function describeData(algorithm: AnyAlgorithm, spec: object, identity: DataIdentity): object {
  return { ...spec, [algorithm.data.name]: identity };
}

/** Checks that a checkpoint can be continued with an algorithm on data. @throws LamoError `checkpoint-mismatch` */
export function checkHeader(
  checkpoint: Checkpoint,
  algorithm: AnyAlgorithm,
  data: unknown,
  identity: DataIdentity,
): TrainingHeader {
  const header = trainingHeader(checkpoint);
  checkSavedState(checkpoint.state);
  if (header.algorithm !== algorithm.name) throw mismatch('algorithm', algorithm.name, header.algorithm);
  const saved = savedData(checkpoint, algorithm);
  const config = parseSavedConfig(algorithm, header.config);
  for (const [name, size] of Object.entries(algorithm.data.sizes(data, config))) {
    const earlier: unknown = saved.spec[name];
    if (earlier !== size) throw mismatch(inWords(name), String(size), String(earlier));
  }
  if (saved.identity.hash !== identity.hash) {
    throw mismatch(algorithm.data.name, describe(identity), describe(saved.identity));
  }
  return header;
}

/** `observationSize` as `observation size`. */
const inWords = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const describe = ({ name, hash }: DataIdentity) => `${name} (sha256 ${hash.slice(0, 12)})`;

function mismatch(what: string, expected: string, received: string): LamoError {
  return new LamoError({
    where: 'algos/checkpoint',
    code: 'checkpoint-mismatch',
    problem: `The checkpoint is of another ${what}`,
    expected,
    received,
    hint: 'Resume with the algorithm and the data that the run was started with.',
  });
}
