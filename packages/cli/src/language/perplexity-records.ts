import type { Perplexity } from '@lamo/models';
import { z } from 'zod';
import type { JsonLines } from '../run/json-lines';
import type { RunFolder } from '../run/run-folder';

/** A line of `perplexity.jsonl`: how well a snapshot predicts what was held out. */
export interface PerplexityRecord extends Perplexity {
  /** Step of the snapshot. */
  readonly step: number;
}

const perplexityRecord: z.ZodType<PerplexityRecord> = z.looseObject({
  step: z.int().min(0),
  loss: z.number().min(0),
  perplexity: z.number().min(1),
  tokens: z.int().positive(),
});

/** Names the file of a run's snapshots. */
export function perplexityOf({ perplexity }: RunFolder): JsonLines<PerplexityRecord> {
  return { path: perplexity, schema: perplexityRecord, kind: 'a line of perplexity' };
}
