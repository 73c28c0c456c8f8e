import { startBoard } from './board';
import { createMeter, type MeterOptions } from './meter';
import { tell } from './output';

/** A bar on a terminal; an occasional line in a file or a pipe. */
export interface Progress {
  /** Sets how many are done. */
  update(done: number): void;
  /** Shows another activity instead, for example `evaluating`; its time does not count for the rate. */
  pause(note: string): void;
  /** Shows a remark after the rest until the next one; what does not fit is left out. */
  remark(text: string): void;
  /** Prints a line above the bar. */
  print(line: string): void;
  /** Removes the bar. */
  stop(): void;
}

/** Prints a line above a bar, or on its own if there is none. */
export function printAbove(progress: Progress | undefined, line: string): void {
  if (progress === undefined) tell(line);
  else progress.print(line);
}

/** What {@link startProgress} shows. */
export interface ProgressOptions extends MeterOptions {
  /** @default process.stderr */
  readonly stream?: NodeJS.WriteStream;
}

/** Starts to show how much work is done, how fast it is and how long it will take. */
export function startProgress({ stream = process.stderr, ...options }: ProgressOptions): Progress {
  const meter = createMeter(options);
  const board = startBoard(() => [meter], stream);
  return {
    update(done) {
      meter.update(done);
      board.refresh();
    },
    pause(note) {
      meter.pause(note);
      board.redraw();
    },
    remark: meter.remark,
    print: board.print,
    stop: board.stop,
  };
}
