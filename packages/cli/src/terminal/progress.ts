import { startBoard } from './board';
import { createMeter, type MeterOptions } from './meter';
import { tell } from './output';

/** A bar on a terminal; now and then a line in a file or a pipe. */
export interface Progress {
  /** Tells how many of all are done. */
  update(done: number): void;
  /** Says what is going on instead, for example `evaluating`; that time does not count for the rate. */
  pause(note: string): void;
  /** Says something behind the rest, until it is said anew; what does not fit is left out. */
  remark(text: string): void;
  /** Prints a line above the bar. */
  print(line: string): void;
  /** Takes the bar away. */
  stop(): void;
}

/** Prints a line above a bar; where there is none, on its own. */
export function printAbove(progress: Progress | undefined, line: string): void {
  if (progress === undefined) tell(line);
  else progress.print(line);
}

/** What {@link startProgress} shows. */
export interface ProgressOptions extends MeterOptions {
  /** @default process.stderr */
  readonly stream?: NodeJS.WriteStream;
}

/** Starts to show how far work has come, how fast it goes and how long it will take. */
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
