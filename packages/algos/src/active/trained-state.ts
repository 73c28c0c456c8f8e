import type { HostArray, Tree } from '@lamo/runtime';
import type { TrainingRun } from '../engine/train';

/** Takes all steps of a training, and frees what it holds. @returns its state @throws LamoError `diverged` */
export async function trainedState(run: TrainingRun): Promise<Tree<HostArray>> {
  try {
    for await (const _ of run);
    return (await run.checkpoint()).state;
  } finally {
    await run.dispose();
  }
}
