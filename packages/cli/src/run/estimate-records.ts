import type { Estimate } from '@lamo/algos';
import { z } from 'zod';
import type { JsonLines } from './json-lines';
import type { RunFolder } from './run-folder';

/** A line of `estimates.jsonl`: what the judged policy seems to be worth after some steps. */
export interface EstimateRecord extends Estimate {
  /** Gradient steps taken. */
  readonly step: number;
}

const estimateRecord: z.ZodType<EstimateRecord> = z.looseObject({
  step: z.int().min(0),
  value: z.number(),
  interval: z.looseObject({ low: z.number(), high: z.number() }).nullable(),
  networks: z.array(z.number()).min(1),
  episodes: z.int().positive(),
  discount: z.number().min(0).max(1),
  logged: z.number().nullable(),
  attainable: z.looseObject({ low: z.number(), high: z.number() }).nullable(),
  policy: z.string().min(1),
  resampled: z.boolean().exactOptional(),
});

/** Names the file of a run's estimates. */
export function estimatesOf({ estimates }: RunFolder): JsonLines<EstimateRecord> {
  return { path: estimates, schema: estimateRecord, kind: 'an estimate' };
}
