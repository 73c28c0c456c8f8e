import type { Arrangement, Places } from './arrange-episodes';
import type { CellColumn } from './cell-column';
import { logError } from './log-error';
import { isOfDecision } from './role-words';

/**
 * Leaves out the episodes in which one of the columns has a missing value.
 *
 * @returns what is left, and how many were dropped
 */
export function dropIncomplete(
  arrangement: Arrangement,
  columns: readonly CellColumn[],
): { readonly arrangement: Arrangement; readonly dropped: number } {
  const { order, terminated, truncated } = arrangement;
  const kept: number[] = [];
  let [start, dropped] = [0, 0];
  for (let i = 0; i < order.length; i++) {
    if (terminated[i] === 0 && truncated[i] === 0 && i + 1 < order.length) continue;
    const isWhole = columns.every((column) =>
      order.subarray(start, i + 1).every((row) => !lacks(column, row)),
    );
    if (isWhole) for (let row = start; row <= i; row++) kept.push(row);
    else dropped++;
    start = i + 1;
  }
  if (dropped === 0) return { arrangement, dropped };
  const pick = (flags: Uint8Array) => Uint8Array.from(kept, (i) => flags[i]!);
  return {
    arrangement: {
      order: Uint32Array.from(kept, (i) => order[i]!),
      terminated: pick(terminated),
      truncated: pick(truncated),
    },
    dropped,
  };
}

/** The error where every episode was left out. */
export function noneIsWhole({ path }: Places, columns: readonly CellColumn[]) {
  return logError('empty-dataset', `Every episode of ${path} lacks a value`, {
    expected: 'an episode with all values',
    received: columns.map(({ name, missing }) => `${missing} missing of "${name}"`).join(', '),
    hint: columns.some(({ options }) => isOfDecision(options.role))
      ? 'Mend the log: whatever stood in for what was done or earned would be made up.'
      : 'Fill them in otherwise (--fill, `fill`), or leave the column out.',
  });
}

function lacks({ numbers, width }: CellColumn, row: number): boolean {
  for (let part = 0; part < width; part++) if (Number.isNaN(numbers[row * width + part])) return true;
  return false;
}
