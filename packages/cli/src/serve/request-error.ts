import type { ValueIssue } from '@lamo/core';

/** A request that is not what it should be: everything that is wrong with it. */
export class RequestError extends Error {
  constructor(
    readonly status: 400 | 403 | 404 | 405 | 409 | 413 | 415 | 421 | 500 | 503,
    readonly code: string,
    message: string,
    readonly issues: readonly ValueIssue[] = [],
    readonly hint?: string,
  ) {
    super(message);
  }
}
