import { type ModelResult, modelResult } from './model-result';
import { groupBy, type RunGroup } from './run-group';
import { dataOf } from './run-record';

/** Language models that were measured on the same: those of one kind of data, and equal ones. */
export interface ModelTable {
  /** Name of the data. */
  readonly data: string;
  /** At least one, the best first. */
  readonly results: readonly ModelResult[];
}

/** Sums up all groups that have language models, a table for each data: perplexities on different ones cannot be compared. */
export function modelTables(groups: readonly RunGroup[]): ModelTable[] {
  return groupBy(groups, ({ runs }) => dataOf(runs[0]!).key)
    .map((same) => ({
      data: dataOf(same[0]!.runs[0]!).name,
      results: same.flatMap((group) => modelResult(group) ?? []).sort((a, b) => a.loss - b.loss),
    }))
    .filter(({ results }) => results.length > 0);
}
