import type { SharedDevice } from '@lamo/runtime';
import { exitCodeOf } from '../terminal/interrupt';
import type { Report } from '../terminal/parent-process';
import { factsOf } from '../terminal/print-error';
import { reportRun } from '../terminal/report-run';
import type { Job, JobOutcome, StartedJob } from './start-job';

/**
 * Starts a job in this process, at its place on a device that it shares with others.
 *
 * @param onReport called with the run's progress
 */
export function startHere(job: Job, onReport: (report: Report) => void, place: SharedDevice): StartedJob {
  const { watch, observe } = reportRun(onReport);
  const stopping = new AbortController();
  const train = async (): Promise<JobOutcome> => {
    try {
      await job.train(observe(stopping.signal), place);
      return 'finished';
    } catch (error) {
      return exitCodeOf(error) === undefined ? { failure: factsOf(error) } : 'stopped';
    } finally {
      watch.stop();
      await place.leave();
    }
  };
  return {
    outcome: train(),
    stop: (reason) => stopping.abort(reason),
    // It ends with this process.
    kill() {},
  };
}
