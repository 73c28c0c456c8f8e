import type { AveragesState } from '@lamo/algos';
import { parseRecord } from '@lamo/core';
import type { Checkpoint } from '@lamo/runtime';
import { z } from 'zod';

/** What the command adds to the header of a checkpoint. Early versions did not. */
const header = z.looseObject({
  averages: z
    .record(z.string(), z.looseObject({ sum: z.number(), count: z.int().positive() }))
    .exactOptional(),
});

/** Reads the averages that a checkpoint was written with, to go on averaging. @throws LamoError `damaged-file` */
export function savedAverages(checkpoint: Checkpoint | undefined): AveragesState | undefined {
  if (checkpoint === undefined) return undefined;
  return parseRecord(header, checkpoint.header, {
    where: 'cli/run',
    name: 'The header of the last checkpoint',
    kind: 'what a run writes',
    hint: 'Remove the checkpoint: the run then continues from the one before, or starts over.',
  }).averages;
}
