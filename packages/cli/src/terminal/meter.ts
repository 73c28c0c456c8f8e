import pc from 'picocolors';
import { formatCount, formatDuration, formatRate } from './format';

/** Progress of some work: how much is done, how fast it is and how long it will take. */
export interface Meter {
  /** Sets how many are done. */
  update(done: number): void;
  /** Shows another activity instead, for example `evaluating`; its time does not count for the rate. */
  pause(note: string): void;
  /** Shows an additional remark until the next one. */
  remark(text: string): void;
  /**
   * With a bar, for a terminal of this many columns. If there is little room, the bar gets shorter or is left out, then whole
   * fields, the last first.
   */
  line(columns: number): string;
  /** Without one, for a file. */
  text(): string;
}

/** What {@link createMeter} measures. */
export interface MeterOptions {
  readonly title: string;
  readonly total: number;
  /** What is counted: `steps`, `rows`, `episodes`. */
  readonly unit: string;
  /** Where counting starts, for work that is continued. @default 0 */
  readonly done?: number;
}

/** Between fields. */
const GAP = '  ';
/** Seconds over which the rate is smoothed. */
const MEMORY = 5;
const BAR_WIDTH = 24;
/** A shorter bar would not show anything. */
const SHORTEST_BAR = 6;

/** Starts to measure work. */
export function createMeter({ title, total, unit, done: start = 0 }: MeterOptions): Meter {
  const rate = smoothedRate(start);
  let done = start;
  let note = '';
  let remark = '';

  /** Most important first. */
  const fields = () => {
    const count = `${formatCount(done)} of ${formatCount(total)} ${unit}`;
    if (note !== '') return [count, note];
    const perSecond = rate.perSecond();
    const speed =
      perSecond === undefined || perSecond === 0
        ? []
        : [`${formatRate(perSecond)} ${unit}/s`, `${formatDuration((total - done) / perSecond)} left`];
    return [count, ...speed, ...remark.split(GAP)].filter((field) => field !== '');
  };
  return {
    update(newDone) {
      done = newDone;
      note = '';
      rate.update(done);
    },
    pause(newNote) {
      rate.pause();
      note = newNote;
    },
    remark(text) {
      remark = text;
    },
    line: (columns) => {
      // A line that fills the last column wraps on some terminals.
      const room = columns - 1;
      const shown = fields();
      const length = () => [title, ...shown].join(GAP).length;
      while (shown.length > 0 && length() > room) shown.pop();
      const width = Math.min(BAR_WIDTH, room - length() - GAP.length);
      const bars = width < SHORTEST_BAR ? [] : [bar(done / total, width)];
      return [title, ...bars, ...shown].join(GAP);
    },
    text: () => [title, ...fields()].join(GAP),
  };
}

function bar(fraction: number, width: number): string {
  const filled = Math.round(Math.min(1, fraction) * width);
  return pc.cyan('━'.repeat(filled)) + pc.dim('─'.repeat(width - filled));
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
