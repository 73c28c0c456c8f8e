import { checkpointSteps, runFolder } from '../run/run-folder';
import { startBoard } from '../terminal/board';
import { formatCount } from '../terminal/format';
import { createMeter, type Meter } from '../terminal/meter';
import type { Report } from '../terminal/parent-process';
import { describeFacts, wordError } from '../terminal/print-error';
import { formatWarning } from '../terminal/print-warning';
import type { Job, JobOutcome } from './start-job';

/** Shows several runs on the terminal: a bar for each that is being trained, one for all, and their lines above. */
export interface JobsWatch {
  /** Shows a job that starts; returns a function for its reports. */
  start(job: Job): (report: Report) => void;
  /** Shows how a job has ended. */
  end(job: Job, outcome: JobOutcome): void;
  print(line: string): void;
  /** Removes the bars. */
  stop(): void;
}

/** Starts to watch jobs. */
export function watchJobs(jobs: readonly Job[], stream: NodeJS.WriteStream = process.stderr): JobsWatch {
  const together = `all ${jobs.length}`;
  const width = Math.max(together.length, ...jobs.map(({ label }) => label.length));
  const taken = new Map(jobs.map((job) => [job, job.done]));
  const meterOf = (title: string, total: number, done: number) =>
    createMeter({ title: title.padEnd(width), total, unit: 'steps', done });
  const all = meterOf(together, sum(jobs.map(({ steps }) => steps)), sum(taken.values()));
  // The time to start says nothing about the rate.
  all.pause('starting');
  const running = new Map<Job, Meter>();
  const board = startBoard(() => [...running.values(), all], stream);
  const labelled = ({ label }: Job, line: string) => `${label.padEnd(width)}  ${line}`;
  const print = (job: Job, line: string) => board.print(labelled(job, line));
  const warn = once((message) => board.alert(formatWarning(message)));
  const count = (job: Job, done: number) => {
    taken.set(job, done);
    all.update(sum(taken.values()));
  };

  return {
    start(job) {
      const meter = meterOf(job.label, job.steps, job.done);
      meter.pause('starting');
      running.set(job, meter);
      board.redraw();
      return ({ update, pause, print: line, warning }) => {
        if (warning !== undefined) warn(warning);
        if (pause !== undefined) meter.pause(pause);
        if (line !== undefined) print(job, line);
        if (update === undefined) return board.redraw();
        meter.update(update);
        count(job, update);
        board.refresh();
      };
    },
    end(job, outcome) {
      running.delete(job);
      if (outcome === 'finished') count(job, job.steps);
      if (typeof outcome === 'string') return print(job, describeEnd(job, outcome));
      const { failure } = outcome;
      board.alert(wordError({ run: job.label, ...failure }, labelled(job, describeFacts(failure))));
    },
    print: board.print,
    stop: board.stop,
  };
}

/** Shows a repeated message only once: runs on the same data get the same warnings. */
function once(show: (message: string) => void): (message: string) => void {
  const shown = new Set<string>();
  return (message) => {
    if (!shown.has(message)) show(message);
    shown.add(message);
  };
}

function describeEnd({ path }: Job, outcome: 'finished' | 'stopped'): string {
  if (outcome === 'finished') return outcome;
  const step = checkpointSteps(runFolder(path)).at(-1);
  return step === undefined
    ? 'stopped before its first checkpoint'
    : `stopped after step ${formatCount(step)}`;
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}
