import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import { formatCount, formatDuration } from './format';

/** A bar on a terminal; now and then a line in a file or a pipe. */
export interface Progress {
  /** Tells how many of all are done. */
  update(done: number): void;
  /** Says what is going on instead, for example `evaluating`; that time does not count for the rate. */
  pause(note: string): void;
  /** Prints a line above the bar. */
  print(line: string): void;
  /** Takes the bar away. */
  stop(): void;
}

/** What {@link startProgress} shows. */
export interface ProgressOptions {
  readonly title: string;
  readonly total: number;
  /** What is counted: `steps`, `rows`, `episodes`. */
  readonly unit: string;
  /** Where counting starts, for work that goes on. @default 0 */
  readonly done?: number;
  /** @default process.stderr */
  readonly stream?: NodeJS.WriteStream;
}

const REDRAW_MS = 100;
const LINE_MS = 30_000;
/** Seconds over which the rate is smoothed. */
const MEMORY = 5;
const BAR_WIDTH = 24;

/** Starts to show how far work has come, how fast it goes and how long it will take. */
export function startProgress(options: ProgressOptions): Progress {
  const { title, total, unit, stream = process.stderr } = options;
  const rate = smoothedRate(options.done ?? 0);
  let done = options.done ?? 0;
  let shown = performance.now();
  let note = '';

  const describe = () => {
    const count = `${formatCount(done)} of ${formatCount(total)} ${unit}`;
    const perSecond = rate.perSecond();
    if (note !== '') return `${count}  ${note}`;
    if (perSecond === undefined) return count;
    const left = formatDuration((total - done) / perSecond);
    return `${count}  ${formatCount(perSecond)} ${unit}/s  ${left} left`;
  };
  const draw = () => {
    shown = performance.now();
    if (stream.isTTY)
      stream.write(`\r\x1b[2K${fit(`${title}  ${bar(done / total)}  ${describe()}`, stream.columns || 80)}`);
    else stream.write(`${title}  ${describe()}\n`);
  };
  const clear = () => {
    if (stream.isTTY) stream.write('\r\x1b[2K');
  };

  return {
    update(newDone) {
      done = newDone;
      note = '';
      rate.update(done);
      if (performance.now() - shown >= (stream.isTTY ? REDRAW_MS : LINE_MS)) draw();
    },
    pause(newNote) {
      rate.pause();
      note = newNote;
      if (stream.isTTY) draw();
    },
    print(line) {
      clear();
      stream.write(`${line}\n`);
      if (stream.isTTY) draw();
    },
    stop: clear,
  };
}

function bar(fraction: number): string {
  const filled = Math.round(Math.min(1, fraction) * BAR_WIDTH);
  return pc.cyan('━'.repeat(filled)) + pc.dim('─'.repeat(BAR_WIDTH - filled));
}

/** Cuts a line to the terminal's width: a line that wraps cannot be redrawn. Colours end before the cut. */
function fit(line: string, columns: number): string {
  const invisible = line.length - stripVTControlCharacters(line).length;
  return line.slice(0, columns - 1 + invisible);
}

/** Work per second, recent work counting most. */
function smoothedRate(start: number) {
  let done = start;
  let time = performance.now();
  let perSecond: number | undefined;
  let isPaused = false;
  return {
    update(newDone: number) {
      const now = performance.now();
      const seconds = (now - time) / 1000;
      if (!isPaused && seconds < 0.2) return;
      if (!isPaused) {
        const weight = 1 - Math.exp(-seconds / MEMORY);
        const recent = (newDone - done) / seconds;
        perSecond = perSecond === undefined ? recent : perSecond + weight * (recent - perSecond);
      }
      isPaused = false;
      done = newDone;
      time = now;
    },
    pause() {
      isPaused = true;
    },
    perSecond: () => perSecond,
  };
}
