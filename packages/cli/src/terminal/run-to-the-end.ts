import type { RunObserver } from '../run/open-run';
import type { RunFolder } from '../run/run-folder';
import { formatCount } from './format';
import { explainInterruption, interruptible } from './interrupt';
import { hasParent, reportToParent } from './parent-process';
import { formatWarning } from './print-warning';
import { startProgress } from './progress';
import { reportRun } from './report-run';
import type { Watch } from './watch';
import { watchLoading } from './watch-loading';
import { watchRun } from './watch-run';

/**
 * Trains a run while showing its progress, here or in the parent process if there is one. Ctrl-C lets it finish its step and write a checkpoint, and says how to continue.
 *
 * @param work starts or resumes the run, with the observer that it is given
 * @param advice how to continue after Ctrl-C, given the run's folder
 */
export function runToTheEnd(
  work: (observer: RunObserver) => Promise<RunFolder>,
  advice = (path: string) => `lamo train --resume ${path}`,
): Promise<RunFolder> {
  if (hasParent()) {
    const { watch, observe } = reportRun(reportToParent);
    return watchToTheEnd(watch, advice, (signal) => work(observe(signal)));
  }
  const watch = watchRun(startProgress);
  // One may come while the bar is shown.
  const onWarning: RunObserver['onWarning'] = ({ message }) => watch.print(formatWarning(message));
  return watchToTheEnd(watch, advice, (signal) =>
    work({ ...watch.observer, onWarning, loading: watchLoading(signal), signal }),
  );
}

/** Works until the end or Ctrl-C, after which the step is finished and a checkpoint written. */
export async function watchToTheEnd<T>(
  watch: Watch,
  advice: (path: string) => string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const announce = () => {
    const what = watch.run() === undefined ? 'stopping' : 'finishing the step';
    watch.print(`${what} (Ctrl-C again stops at once)`);
  };
  try {
    return await interruptible(announce, work);
  } catch (error) {
    const run = watch.run();
    if (run === undefined) throw error;
    const { problem, verb } = describeStop(run.training.step, run.manifest.steps, watch.result());
    throw explainInterruption(error, problem, `To ${verb}: ${advice(run.folder.path)}`);
  } finally {
    watch.stop();
  }
}

/** How far the work got. @param result the file that is written last */
export function describeStop(step: number, steps: number, result: string): { problem: string; verb: string } {
  if (step < steps) {
    return { problem: `Stopped after step ${formatCount(step)} of ${formatCount(steps)}`, verb: 'continue' };
  }
  return {
    problem: `All ${formatCount(steps)} steps are done; ${result} has not been written yet`,
    verb: 'finish',
  };
}
