import { z } from 'zod';
import { answerSchema } from './answer-of';
import type { RequestSchemas } from './request-schema';

/** A policy that sees one step follows no return. */
const NOTHING = z.strictObject({});

/** The JSON Schema of every request that can be answered, and of its answer. @param readsWindows so it acts in episodes alone */
export function describeSchemas(
  { act, begin, step }: RequestSchemas,
  readsWindows: boolean,
): Readonly<Record<string, unknown>> {
  const write = (schema: z.ZodType) => z.toJSONSchema(schema);
  const answers = z.union([answerSchema, z.object({ answers: z.array(answerSchema) })]);
  return {
    ...(!readsWindows && { 'POST /act': { request: write(act), answer: write(answers) } }),
    'POST /episodes': {
      request: write(readsWindows ? begin : NOTHING),
      answer: write(z.object({ id: z.string(), targetReturn: z.number().nullable() })),
    },
    'POST /episodes/ID/act': { request: write(step), answer: write(answerSchema.extend({ step: z.int() })) },
  };
}
