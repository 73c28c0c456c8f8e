import type { RunGroup } from '../report/run-group';
import type { JsonLines } from '../run/json-lines';
import type { RunFolder } from '../run/run-folder';
import type { DataSummary } from '../run/side';
import type { PerplexityRecord } from './perplexity-records';
import type { PreferenceRecord } from './preference-records';

/** What is found of a snapshot of a model. */
export type SnapshotRecord = PerplexityRecord | PreferenceRecord;

/** How snapshots of a kind of model are measured, and what is said of them. */
export interface SnapshotMeasure<Line extends SnapshotRecord> {
  /** Name of the file that has a line for each snapshot. */
  readonly records: string;
  /** Finds that file: it has a line for each snapshot. */
  lines(folder: RunFolder): JsonLines<Line>;
  /** What that file does, for humans: it ends a sentence that begins with its name. */
  readonly tells: string;
  /** Words a line. */
  word(line: Line, data: DataSummary): string;
  /** Says the last of them to programs. */
  summarise(last: Line | undefined): object;
  /** Sums up runs that differ in their seed. */
  describeSeeds(group: RunGroup): string;
}
