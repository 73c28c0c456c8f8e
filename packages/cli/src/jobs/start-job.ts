import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { HAS_PARENT, type Report } from '../terminal/parent-process';
import { type ErrorFacts, readError } from '../terminal/print-error';

/** One of several runs that are trained at the same time. */
export interface Job {
  /** What it is called on the terminal: `seed 3`. */
  readonly label: string;
  /** Folder of the run. */
  readonly path: string;
  /** What `lamo` is given to start the run, or to go on with it. */
  readonly args: readonly string[];
  readonly device: string;
  /** Gradient steps in all. */
  readonly steps: number;
  /** Those that it has taken before. */
  readonly done: number;
}

/** How a job ended; stopped ones can go on. */
export type JobOutcome = 'finished' | 'stopped' | { readonly failure: ErrorFacts };

/** A job that a process is working on. */
export interface StartedJob {
  readonly outcome: Promise<JobOutcome>;
  /** Lets it finish its step, write a checkpoint and end. */
  stop(): void;
  /** Ends it at once. */
  kill(): void;
}

/** The command's entry: one folder above this file in the sources, beside it when built. */
const ENTRY = new URL(import.meta.url.endsWith('.ts') ? '../main.ts' : './main.js', import.meta.url);

/**
 * Starts `lamo` in a process of its own, which says on stderr as JSON what went wrong, under the same loader as this one: native libraries crash in worker threads.
 *
 * @param onReport told how the run goes
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
  // The event `close` would be both, but Node keeps it back once the parent has let go.
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

/** Exit codes after Ctrl-C and its like; a process that has not got as far as listening is ended by the signal itself. */
const STOPPED: readonly (number | string | null)[] = [129, 130, 143, 'SIGHUP', 'SIGINT', 'SIGTERM'];

function outcomeOf(code: number | null, signal: NodeJS.Signals | null, stderr: string): JobOutcome {
  if (code === 0) return 'finished';
  if (STOPPED.includes(code) || STOPPED.includes(signal)) return 'stopped';
  const facts = readError(stderr);
  if (facts !== undefined) return { failure: facts };
  const said = stripVTControlCharacters(stderr);
  if (signal === null) return failed(said || `the process ended with exit code ${code}`);
  const hint =
    signal === 'SIGKILL' ? 'Systems do that when memory runs out: try a smaller --parallel.' : undefined;
  return failed(`${said}\nthe process was ended by ${signal}`.trim(), hint);
}

/** Of a process that could not say itself what went wrong. */
function failed(problem: string, hint?: string): JobOutcome {
  return { failure: { code: 'run-failed', problem, hint } };
}
