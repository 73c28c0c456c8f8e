import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LamoError, nearest } from '@lamo/core';

/** The error for a file of text that is not there, with the name that was probably meant. */
export function fileNotFound(name: string, expected: string): LamoError {
  const folder = dirname(name);
  const similar = nearest(basename(name), existsSync(folder) ? readdirSync(folder) : []);
  return new LamoError({
    where: 'data/text',
    code: 'file-not-found',
    problem: `${name} does not exist`,
    expected,
    ...(similar !== undefined && { hint: `Did you mean '${join(folder, similar)}'?` }),
  });
}
