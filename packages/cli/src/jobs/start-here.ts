import type { SharedDevice } from '@lamo/runtime';
import { exitCodeOf } from '../terminal/interrupt';
import type { Report } from '../terminal/parent-process';
import { factsOf } from '../terminal/print-error';
import { reportRun } from '../terminal/report-run';
import type { Job, JobOutcome, StartedJob } from './start-job';

/** Where and how a job trains in this process. */
export interface HereOptions {
  readonly place: SharedDevice;
  /** Turns the message of an error into the words of the command line. @default as it is */
  readonly rephrase?: (text: string) => string;
}

/**
 * Starts a job in this process, at its place on a device that it shares with others.
 *
 * @param onReport called with the run's progress
 */
export function startHere(
  job: Job,
  onReport: (report: Report) => void,
  { place, rephrase }: HereOptions,
): StartedJob {
  const { watch, observe } = reportRun(onReport);
  const stopping = new AbortController();
  const train = async () => {
    try {
      await job.train(observe(stopping.signal), place);
    } finally {
      watch.stop();
      await place.leave();
    }
  };
  return {
    outcome: train().then(
      (): JobOutcome => 'finished',
      (error) => (exitCodeOf(error) === undefined ? { failure: factsOf(error, rephrase) } : 'stopped'),
    ),
    stop: (reason) => stopping.abort(reason),
    // It ends with this process.
    kill() {},
  };
}
