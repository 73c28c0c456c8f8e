import { z } from 'zod';
import { answerSchema } from './answer-of';
import type { RequestSchemas } from './request-schema';

/** The JSON Schema of every request and answer. */
export function describeSchemas(schemas: RequestSchemas): Readonly<Record<string, unknown>> {
  const write = (schema: z.ZodType) => z.toJSONSchema(schema);
  const { act, begin, step } = schemas;
  const answers = z.union([answerSchema, z.object({ answers: z.array(answerSchema) })]);
  return {
    'POST /act': { request: write(act), answer: write(answers) },
    'POST /episodes': {
      request: write(begin),
      answer: write(z.object({ id: z.string(), targetReturn: z.number().nullable() })),
    },
    'POST /episodes/ID/act': { request: write(step), answer: write(answerSchema.extend({ step: z.int() })) },
  };
}
