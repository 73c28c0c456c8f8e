import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { Device } from '@lamo/runtime';
import { ENTRY } from '../entry';
import type { RunObserver } from '../run/open-run';
import { HAS_PARENT, type Report } from '../terminal/parent-process';
import { type ErrorFacts, readError } from '../terminal/print-error';

/** One of several runs that are trained at the same time. */
export interface Job {
  /** Its name on the terminal: `seed 3`. */
  readonly label: string;
  /** Folder of the run. */
  readonly path: string;
  /** Arguments of `lamo` that start or continue the run. */
  readonly args: readonly string[];
  readonly device: string;
  /** Opens its device in this process. @throws LamoError as `openDevice` */
  open(observer: RunObserver): Promise<Device>;
  /** Trains it in this process, on a device that is open. */
  train(observer: RunObserver, device: Device): Promise<unknown>;
  /** Gradient steps in all. */
  readonly steps: number;
  /** Steps taken before. */
  readonly done: number;
}

/** How a job ended; stopped ones can be continued. */
export type JobOutcome = 'finished' | 'stopped' | { readonly failure: ErrorFacts };

/** A running job. */
export interface StartedJob {
  readonly outcome: Promise<JobOutcome>;
  /** Lets it finish its step, write a checkpoint and end. @param reason the error of Ctrl-C */
  stop(reason: unknown): void;
  /** Ends it at once. */
  kill(): void;
}

/**
 * Starts `lamo` in a process of its own, under the same loader as this one, with errors on stderr as JSON. A process, because native libraries crash in worker threads.
 *
 * @param onReport called with the run's progress
 */
export function startJob({ args }: Job, onReport: (report: Report) => void): StartedJob {
  const child = fork(fileURLToPath(ENTRY), [...args, '--json'], {
    env: { ...process.env, ...HAS_PARENT },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.on('message', (report) => onReport(report as Report));
  // The event `close` would cover both, but Node does not emit it once the parent has disconnected.
  const end = Promise.all([once(child, 'exit'), once(child.stderr!, 'close')]);
  const outcome = end.then(
    ([[code, signal]]) => outcomeOf(code, signal, stderr.trim()),
    ({ message }: Error): JobOutcome => failed(message),
  );
  return {
    outcome,
    stop() {
      if (child.connected) child.disconnect();
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

/** Exit codes after Ctrl-C and similar; a process that is not listening yet is ended by the signal itself. */
const STOPPED: readonly (number | string | null)[] = [129, 130, 143, 'SIGHUP', 'SIGINT', 'SIGTERM'];

function outcomeOf(code: number | null, signal: NodeJS.Signals | null, stderr: string): JobOutcome {
  if (code === 0) return 'finished';
  if (STOPPED.includes(code) || STOPPED.includes(signal)) return 'stopped';
  const facts = readError(stderr);
  if (facts !== undefined) return { failure: facts };
  const said = stripVTControlCharacters(stderr);
  if (signal === null) return failed(said || `the process ended with exit code ${code}`);
  const hint =
    signal === 'SIGKILL' ? 'The system does that when memory runs out: try a smaller --parallel.' : undefined;
  return failed(`${said}\nthe process was ended by ${signal}`.trim(), hint);
}

/** The error of a process that could not report one itself. */
function failed(problem: string, hint?: string): JobOutcome {
  return { failure: { code: 'run-failed', problem, hint } };
}
