import { readFileSync } from 'node:fs';
import { LamoError, parseRecord, type RecordOrigin } from '@lamo/core';
import type { z } from 'zod';

/**
 * Reads a JSON file whose contents a schema describes.
 *
 * @throws LamoError `damaged-file`, or the code that is given
 */
export function readJsonFile<T>(
  path: string,
  schema: z.ZodType<T>,
  about: Pick<RecordOrigin, 'kind' | 'hint' | 'code'>,
): T {
  return parseRecord(schema, parse(path, about), { where: 'cli/run', name: path, ...about });
}

function parse(path: string, { code = 'damaged-file', kind, hint }: Partial<RecordOrigin>): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new LamoError({
      where: 'cli/run',
      code,
      problem: `${path} cannot be read`,
      expected: `${kind}, as JSON`,
      received: (cause as Error).message,
      ...(hint === undefined ? {} : { hint }),
      cause,
    });
  }
}
