import { showValue } from '@lamo/core';
import type { Places } from './arrange-episodes';
import type { CellColumn } from './cell-column';
import { logError } from './log-error';

/** Reads a column of flags: true and false, or 1 and 0. @throws LamoError `not-a-flag`, `missing-value` */
export function flagsOf({ path, at }: Places, column: CellColumn, role: string): Uint8Array {
  const { kind, numbers, name } = column;
  const isFlag = kind === 'flag' || kind === 'number';
  const row = isFlag ? numbers.findIndex((number) => number !== 0 && number !== 1) : 0;
  if (row === -1) return Uint8Array.from(numbers);
  const isMissing = kind === undefined || (isFlag && Number.isNaN(numbers[row]));
  const received = kind === 'text' ? column.texts[0] : numbers[row];
  throw logError(
    isMissing ? 'missing-value' : 'not-a-flag',
    `"${name}" of ${path}, which says where episodes are ${role}, ${isMissing ? `is empty in ${at(row)}` : `has something other than a flag in ${at(row)}`}`,
    {
      expected: 'true or false, or 1 or 0, in every row',
      ...(isMissing ? {} : { received: showValue(received) }),
    },
  );
}
