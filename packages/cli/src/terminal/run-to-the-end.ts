import type { RunObserver } from '../run/open-run';
import type { RunFolder } from '../run/run-folder';
import { formatCount } from './format';
import { exitCodeOf, interruptible } from './interrupt';
import { watchRun } from './watch-run';

/**
 * Trains a run while showing how it goes. Ctrl-C lets it finish its step and write a checkpoint, and says how to go on.
 *
 * @param work starts or resumes the run, with the observer that it is given
 * @param advice how to go on after Ctrl-C, given the run's folder
 */
export async function runToTheEnd(
  work: (observer: RunObserver) => Promise<RunFolder>,
  advice = (path: string) => `lamo train --resume ${path}`,
): Promise<RunFolder> {
  const watch = watchRun();
  const announce = () => watch.print('finishing the step (Ctrl-C again stops at once)');
  try {
    return await interruptible(announce, (signal) => work({ ...watch.observer, signal }));
  } catch (error) {
    const run = watch.run();
    if (exitCodeOf(error) !== undefined && run !== undefined) {
      watch.print(
        `stopped after step ${formatCount(run.training.step)}; to go on: ${advice(run.folder.path)}`,
      );
    }
    throw error;
  } finally {
    watch.stop();
  }
}
