import type { PreferenceScore } from '@lamo/models';
import { z } from 'zod';
import type { JsonLines } from '../run/json-lines';
import type { RunFolder } from '../run/run-folder';

/** A line of `preferences.jsonl`: how well a snapshot of a reward model tells better answers from worse ones that were held out. */
export interface PreferenceRecord extends PreferenceScore {
  /** Step of the snapshot. */
  readonly step: number;
}

const preferenceRecord: z.ZodType<PreferenceRecord> = z.looseObject({
  step: z.int().min(0),
  loss: z.number().min(0),
  accuracy: z.number().min(0).max(1),
  margin: z.number(),
  pairs: z.int().positive(),
});

/** Names the file of a run's snapshots. */
export function preferencesOf({ preferences }: RunFolder): JsonLines<PreferenceRecord> {
  return { path: preferences, schema: preferenceRecord, kind: 'a line of preferences' };
}
