import { stripVTControlCharacters } from 'node:util';
import type { Meter } from './meter';
import { isQuiet } from './output';

/** Bars at the bottom of a terminal; an occasional line in a file or a pipe. */
export interface Board {
  /** Draws what the meters say, unless that was done a moment ago. */
  refresh(): void;
  /** Draws it at once, on a terminal. */
  redraw(): void;
  /** Prints a line above the bars. */
  print(line: string): void;
  /** Prints a line that is not to be missed: a warning, an error. */
  alert(line: string): void;
  /** Takes the bars away. */
  stop(): void;
}

const REDRAW_MS = 100;
const LINE_MS = 30_000;

/**
 * Starts to show meters. If the command is quiet, none are shown, and only alerts are printed.
 *
 * @param meters called at every drawing; in a file the last one stands for all
 */
export function startBoard(meters: () => readonly Meter[], stream: NodeJS.WriteStream): Board {
  if (isQuiet()) return quietBoard(stream);
  let shown = performance.now();
  let height = 1;

  const eraser = () => `\r\x1b[2K${'\x1b[1A\x1b[2K'.repeat(height - 1)}`;
  const draw = (above: string) => {
    shown = performance.now();
    // What has scrolled out of sight cannot be erased.
    const lines = meters().slice(1 - (stream.rows || 24));
    const columns = stream.columns || 80;
    const bars = lines.map((meter) => fit(meter.line(columns), columns)).join('\n');
    stream.write(`${eraser()}${above}${bars}`);
    height = Math.max(1, lines.length);
  };
  const write = (line: string) => {
    shown = performance.now();
    stream.write(`${line}\n`);
  };
  const print = (line: string) => {
    if (stream.isTTY) draw(`${line}\n`);
    else stream.write(`${line}\n`);
  };

  return {
    refresh() {
      if (performance.now() - shown < (stream.isTTY ? REDRAW_MS : LINE_MS)) return;
      if (stream.isTTY) draw('');
      else write(meters().at(-1)!.text());
    },
    redraw() {
      if (stream.isTTY) draw('');
    },
    print,
    alert: print,
    stop() {
      if (stream.isTTY) stream.write(eraser());
      height = 1;
    },
  };
}

function quietBoard(stream: NodeJS.WriteStream): Board {
  const alert = (line: string) => void stream.write(`${line}\n`);
  return { refresh() {}, redraw() {}, print() {}, alert, stop() {} };
}

/** Cuts a title that is longer than a line: what wraps cannot be redrawn. Colours end before the cut. */
function fit(line: string, columns: number): string {
  const invisible = line.length - stripVTControlCharacters(line).length;
  return line.slice(0, columns - 1 + invisible);
}
