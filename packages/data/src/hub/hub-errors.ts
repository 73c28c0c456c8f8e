import { basename } from 'node:path';
import { LamoError, nearest } from '@lamo/core';

/** The error for a missing file, with the files that the repository has. */
export function missingFile(repository: string, file: string, files: readonly string[]): LamoError {
  // Of files with the same name, the least deeply nested one comes last and wins.
  const byDepth = files.toSorted((a, b) => depth(b) - depth(a));
  const names = new Map(byDepth.map((name) => [basename(name), name]));
  const guess = nearest(file, files) ?? names.get(nearest(basename(file), names.keys()) ?? '');
  const shown = files.slice(0, 10).join(', ') + (files.length > 10 ? `, and ${files.length - 10} more` : '');
  return new LamoError({
    where: 'data/hub',
    code: 'missing-file',
    problem: `${repository} has no file ${file}`,
    hint: guess === undefined ? `It has: ${shown || 'no files'}.` : `Did you mean ${guess}?`,
  });
}

function depth(path: string): number {
  return path.split('/').length;
}

/** The error for something that is not on this machine while downloads are switched off. */
export function notCached(what: string, cacheFolder: string): LamoError {
  return new LamoError({
    where: 'data/hub',
    code: 'not-cached',
    problem: `${what} is not on this machine, and lamo was told to stay offline`,
    received: `a cache without it: ${cacheFolder}`,
    hint: 'Run once without HF_HUB_OFFLINE (or offline), or name a local folder or file, or for a language model `nano`, which comes with lamo.',
  });
}

/**
 * The error for a request that the hub refused.
 *
 * Without a token, the hub also answers 401 if a repository does not exist: it does not reveal which private ones
 * exist.
 */
export function refused(repository: string, response: Response, hasToken: boolean): LamoError {
  const reason = response.headers.get('x-error-code');
  const received = `${response.status} ${reason ?? response.statusText}`.trim();
  const make = (code: string, problem: string, hint: string) =>
    new LamoError({ where: 'data/hub', code, problem, received, hint });
  if (reason === 'GatedRepo' || response.status === 403) {
    const terms = `Accept its terms on its page, then set HF_TOKEN to a token of that account.`;
    return make('gated', `${repository} is open only to accounts that accepted its terms`, terms);
  }
  if (reason === 'RevisionNotFound') {
    return make(
      'revision-not-found',
      `${repository} has no such revision`,
      'Check the branch, tag or commit.',
    );
  }
  if (response.status === 401 && hasToken) {
    return make(
      'unauthorized',
      `The hub refuses the token for ${repository}`,
      'Check HF_TOKEN: it may have expired or may not reach this repository.',
    );
  }
  if (response.status === 401 || response.status === 404) {
    const hint = hasToken ? 'Check the name.' : 'Check the name; if it is private, set HF_TOKEN.';
    return make('repository-not-found', `The hub has no repository ${repository} that you may read`, hint);
  }
  return unexpectedAnswer(repository, received);
}

/** The error for a server that does not answer as the hub does. */
export function unexpectedAnswer(repository: string, received: string, cause?: unknown): LamoError {
  return new LamoError({
    where: 'data/hub',
    code: 'unexpected-answer',
    problem: `The answer about ${repository} does not come from a Hugging Face hub`,
    received,
    hint: 'Check HF_ENDPOINT and any proxy in between.',
    cause,
  });
}
