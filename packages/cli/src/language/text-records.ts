import { z } from 'zod';
import type { JsonLines } from '../run/json-lines';
import type { RunFolder } from '../run/run-folder';

const figures = {
  /** By a function of the user's own; null without one. */
  score: z.number().nullable(),
  exact: z.number(),
  bleu: z.number(),
  rouge1: z.number(),
  rouge2: z.number(),
  rougeL: z.number(),
  /** Null where each prompt has one text. */
  selfBleu: z.number().nullable(),
  distinct1: z.number(),
  distinct2: z.number(),
  different: z.number(),
  /** Mean entropy of what the model says comes next, at temperature 1 and of all tokens, in nats. */
  entropy: z.number(),
  /** Share of the texts that the model ended itself. */
  ended: z.number(),
};

/** What texts were asked for, and how they are compared: figures of others cannot be set beside them. */
const asked = {
  /** Hashes the prompts and their references, in SHA-256. */
  data: z.string(),
  /** Files that these are from. */
  completions: z.array(z.string()),
  prompts: z.int().positive(),
  samples: z.int().positive(),
  /** Most tokens of a text. */
  tokens: z.int().positive(),
  topK: z.int().positive().nullable(),
  topP: z.number(),
  /** Of a model with values; null where it is as it was trained. */
  advantageWeight: z.number().nullable(),
  seed: z.int(),
  unit: z.enum(['words', 'characters']),
  /** Longest n-grams of BLEU and Self-BLEU. */
  n: z.int().positive(),
  /** The function that gives scores, by its file and the hash of that in SHA-256; null without one. */
  scoredBy: z.object({ file: z.string(), hash: z.string() }).nullable(),
};

const textsRecord = z.looseObject({
  /** Step of the model. */
  step: z.int().min(0),
  temperature: z.number().min(0),
  ...asked,
  ...figures,
});

/** A line of `texts.jsonl`: how good and how different texts are that a model wrote at a temperature. */
export type TextsRecord = z.infer<typeof textsRecord>;

/** What texts were asked for. */
export type AskedTexts = Pick<TextsRecord, keyof typeof asked>;

/** Names the file of a run's texts. */
export function textsOf({ texts }: Pick<RunFolder, 'texts'>): JsonLines<TextsRecord> {
  return { path: texts, schema: textsRecord as z.ZodType<TextsRecord>, kind: 'a line of judged texts' };
}
