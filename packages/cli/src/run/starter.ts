import type { CommonRun } from './begin-run';
import type { Settings } from './compare-settings';
import type { RunObserver } from './open-run';
import type { RunFolder } from './run-folder';

/** How new runs that learn from one kind of data are checked and started, for commands that start one or several. */
export interface Starter<Run extends CommonRun> {
  /** How its data are read and its result is looked at, by the names of the options: what its sides say of its manifest later. */
  settings(run: Run): Settings | Promise<Settings>;
  /** Equal for equal data: what the side of the data finds in its manifest later. */
  dataHash(run: Run): string | Promise<string>;
  /** Checks what can be checked at once, before any of several runs begins. @throws LamoError */
  check(run: Run): Promise<void>;
  /** Trains it from its first step to its last. */
  start(run: Run, observer?: RunObserver): Promise<RunFolder>;
}
