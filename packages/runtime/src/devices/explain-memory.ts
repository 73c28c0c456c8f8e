import { LamoError } from '@lamo/core';

/** What engines, and JavaScript itself, say where memory is not enough. */
const MESSAGES =
  /bad_alloc|allocation failed|failed to allocate|out of memory|RESOURCE_EXHAUSTED|invalid (typed )?array (buffer )?length/i;

/**
 * Says plainly that memory was not enough, where an engine says so in words of its own; other errors stay as they are.
 *
 * @param where as in {@link LamoError}
 * @throws LamoError `out-of-memory`, and whatever else `work` throws
 */
export async function explainMemory<Result>(where: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LamoError || !(error instanceof Error) || !MESSAGES.test(error.message)) throw error;
    throw new LamoError({
      where,
      code: 'out-of-memory',
      problem: 'There is not enough memory for what is to be computed at once',
      expected: 'less at a time, or more memory',
      received: error.message,
      hint: 'Make batches (batchSize) or networks smaller, or choose another device.',
    });
  }
}
