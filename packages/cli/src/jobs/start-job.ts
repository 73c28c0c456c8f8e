import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { HAS_PARENT, type Report } from '../terminal/parent-process';

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
export type JobOutcome = 'finished' | 'stopped' | { readonly failure: string };

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
 * Starts `lamo` in a process of its own, under the same loader as this one: native libraries crash in worker threads.
 *
 * @param onReport told how the run goes
 */
export function startJob({ args }: Job, onReport: (report: Report) => void): StartedJob {
  const child = fork(fileURLToPath(ENTRY), args, {
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
    ({ message }: Error): JobOutcome => ({ failure: `error: ${message}` }),
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
  if (signal === null) return { failure: stderr || `error: the process ended with exit code ${code}` };
  const hint = signal === 'SIGKILL' ? ', as systems do when memory runs out: try a smaller --parallel' : '';
  return { failure: `${stderr}\nerror: the process was ended by ${signal}${hint}`.trim() };
}
