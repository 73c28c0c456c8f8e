import { LamoError, runWithin } from '@lamo/core';

/**
 * Calls a function that applies patterns from a file to a text, and ends it when it takes far longer than any sensible
 * pattern does: the time of some patterns doubles with each letter.
 *
 * @param name of the file, for the error
 * @param length of the text, in letters
 * @param limit of time for a short text, in milliseconds; each further letter adds one
 * @throws LamoError `too-slow`
 */
export function limitTime<T>(name: string, length: number, work: () => T, limit = 5000): T {
  return runWithin(limit + length, work, (cause) => tooSlow(name, length, limit, cause));
}

function tooSlow(name: string, length: number, limit: number, cause: unknown): LamoError {
  return new LamoError({
    where: 'models/tokenizer',
    code: 'too-slow',
    problem: `The patterns of ${name} take too long on a text of ${length} letters`,
    expected: `at most ${(limit + length) / 1000} s`,
    received: 'no end of it',
    hint: 'A pattern with repetitions within repetitions, as in (a+)+, may take years. Take another tokenizer, or mend its patterns.',
    cause,
  });
}
