import { LamoError } from '@lamo/core';

const PUT_BACK = 'Put moved files of text back where they were.';

/** What opening texts says of those that are not there. */
const GONE = ['file-not-found', 'folder-not-found', 'unknown-text'];

/**
 * Opens the text of a run again.
 *
 * @param moved the new place of a dataset, which such a run has none of
 * @throws LamoError `not-a-dataset`, and what opening it throws: for files that are gone, with what can be done
 */
export async function reopenText<Text>(moved: string | undefined, open: () => Promise<Text>): Promise<Text> {
  refuseMoved(moved);
  try {
    return await open();
  } catch (error) {
    if (!LamoError.isInstance(error) || !GONE.includes(error.code)) throw error;
    const { where, code, problem, expected, received, hint } = error;
    throw new LamoError({
      ...{ where, code, problem, cause: error },
      ...(expected === undefined ? {} : { expected }),
      ...(received === undefined ? {} : { received }),
      hint: hint === undefined ? PUT_BACK : `${hint} ${PUT_BACK}`,
    });
  }
}

function refuseMoved(moved: string | undefined): void {
  if (moved === undefined) return;
  throw new LamoError({
    where: 'cli/run',
    code: 'not-a-dataset',
    problem: '--dataset says where a dataset is now, and this run learns from text',
    expected: 'no --dataset',
    received: moved,
    hint: PUT_BACK,
  });
}
