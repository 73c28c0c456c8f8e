import { classCount } from '@lamo/data';
import { scaleActions } from '../kinds/action-bounds';
import type { DatasetSpec } from '../kinds/dataset';

/**
 * Brings raw actions into the form of batches, as the kind of data does with those that were logged: between −1 and 1, or a column
 * for each class.
 *
 * @param actions [N, A] in raw units, or [N, 1] classes
 * @returns [N, A], or [N, n]
 */
export function batchActions(actions: Float32Array, spec: DatasetSpec): Float32Array {
  const classes = classCount(spec);
  if (classes === undefined)
    return scaleActions({ actions, actionSize: spec.actionSize }, spec.actionBounds ?? null).actions;
  const columns = new Float32Array(actions.length * classes);
  for (const [row, chosen] of actions.entries()) columns[row * classes + chosen] = 1;
  return columns;
}
