import { LamoError, type LamoErrorDetails } from '@lamo/core';

/** An error of reading a log of one's own. */
export function logError(code: string, problem: string, more: Partial<LamoErrorDetails> = {}): LamoError {
  return new LamoError({ where: 'data/log', code, problem, ...more });
}
