import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LamoError } from '@lamo/core';
import type { JudgeTextsOptions } from '@lamo/eval';

/** A function of the user's own that scores texts. */
export interface LoadedScore {
  readonly score: NonNullable<JudgeTextsOptions['score']>;
  /** Of its file, in SHA-256. */
  readonly hash: string;
}

/**
 * Loads a function of the user's own that scores texts: the default export of a module.
 *
 * @param path as typed
 * @throws LamoError `no-score` if it is not there, cannot be loaded, or exports no function
 */
export async function loadScore(path: string): Promise<LoadedScore> {
  if (!existsSync(path)) throw noScore(path, 'no file');
  let module: { readonly default?: unknown };
  try {
    module = await import(pathToFileURL(resolve(path)).href);
  } catch (cause) {
    throw noScore(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
  const { default: score } = module;
  if (typeof score === 'function') {
    const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
    return { score: score as LoadedScore['score'], hash };
  }
  const names = Object.keys(module).join(', ') || 'nothing';
  throw noScore(
    path,
    score === undefined ? `exports of ${names}` : `a default export of type ${typeof score}`,
  );
}

function noScore(path: string, received: string, cause?: unknown): LamoError {
  return new LamoError({
    where: 'cli/judge',
    code: 'no-score',
    problem: `${path} has no function that scores texts`,
    expected: 'a JavaScript module with a default export such as (text, { prompt, references }) => 1',
    received,
    hint: 'Name it .mjs, or .js beside a package.json of type module.',
    ...(cause !== undefined && { cause }),
  });
}
