import type { RunObserver } from '../run/open-run';
import { type Report, reportLoading, reportProgress } from './parent-process';
import { type RunWatch, watchRun } from './watch-run';

/** Watches a run that is one of several: whoever shows all of them hears how it goes. */
export function reportRun(report: (message: Report) => void) {
  const watch: RunWatch = watchRun(() => reportProgress(report));
  const observe = (signal: AbortSignal): RunObserver => ({
    ...watch.observer,
    // Equal ones of several runs are shown once.
    onWarning: ({ message }) => report({ warning: message }),
    loading: reportLoading(report, signal),
    signal,
  });
  return { watch, observe };
}
