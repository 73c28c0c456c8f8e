import type { Perplexity } from '@lamo/models';
import { z } from 'zod';
import type { JsonLines } from '../run/json-lines';
import type { RunFolder } from '../run/run-folder';
import type { WrittenSample } from './write-samples';

/** A line of `perplexity.jsonl`: how well a snapshot predicts what was held out. */
export interface PerplexityRecord extends Perplexity {
  /** Step of the snapshot. */
  readonly step: number;
  /** What the snapshot makes of some prompts, where that was asked for. */
  readonly samples?: readonly WrittenSample[] | undefined;
}

const perplexityRecord: z.ZodType<PerplexityRecord> = z.looseObject({
  step: z.int().min(0),
  loss: z.number().min(0),
  perplexity: z.number().min(1),
  tokens: z.int().positive(),
  samples: z
    .array(z.looseObject({ prompt: z.string(), completion: z.string(), wanted: z.string() }))
    .optional(),
});

/** Names the file of a run's snapshots. */
export function perplexityOf({ perplexity }: RunFolder): JsonLines<PerplexityRecord> {
  return { path: perplexity, schema: perplexityRecord, kind: 'a line of perplexity' };
}
