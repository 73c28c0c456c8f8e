import { LamoError } from '@lamo/core';

/**
 * Refuses the new place of a dataset for a run that learns from something else.
 *
 * @throws LamoError `not-a-dataset`
 */
export function refuseMoved(moved: string | undefined): void {
  if (moved === undefined) return;
  throw new LamoError({
    where: 'cli/run',
    code: 'not-a-dataset',
    problem: '--dataset says where a dataset is now, and this run learns from text',
    expected: 'no --dataset',
    received: moved,
    hint: 'Put moved files of text back where they were.',
  });
}
