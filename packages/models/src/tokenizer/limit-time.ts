import { createContext, Script } from 'node:vm';
import { LamoError } from '@lamo/core';

const context = createContext({ run: undefined as (() => void) | undefined });
const script = new Script('run()');

/**
 * Calls a function that applies patterns from a file to a text, and ends it when it takes far longer than any sensible
 * pattern does: the time of some patterns doubles with each letter, and nothing else could interrupt them. A call costs about 0.1 ms more.
 *
 * @param name of the file, for the error
 * @param length of the text, in letters
 * @param limit of time for a short text, in milliseconds; each further letter adds one
 * @throws LamoError `too-slow`
 */
export function limitTime<T>(name: string, length: number, work: () => T, limit = 5000): T {
  let result: T | undefined;
  context.run = () => {
    result = work();
  };
  try {
    script.runInContext(context, { timeout: limit + length });
    return result as T;
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
      ? tooSlow(name, length, limit, cause)
      : cause;
  } finally {
    context.run = undefined;
  }
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
