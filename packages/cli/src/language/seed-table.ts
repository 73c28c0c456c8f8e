import type { RunGroup } from '../report/run-group';
import type { RunRecord } from '../report/run-record';
import { durationOf, stepsOf, stepsPerSecondOf } from '../report/run-times';
import { formatCount, formatRate, formatTable } from '../terminal/format';

/**
 * Tells of runs that differ in their seed what was found last, and how long they took.
 *
 * @param names of what was found
 * @param found undefined if nothing was
 */
export function seedTable(
  { runs }: Pick<RunGroup, 'runs'>,
  names: readonly string[],
  found: (run: RunRecord) => readonly string[] | undefined,
): string {
  const rows = runs.map((run) => [
    String(run.manifest.seed),
    ...(found(run) ?? names.map(() => '–')),
    formatCount(stepsOf(run)),
    durationOf(run, 'training'),
    formatRate(stepsPerSecondOf([run])),
  ]);
  return formatTable([['seed', ...names, 'steps', 'training', 'steps/s'], ...rows]);
}
