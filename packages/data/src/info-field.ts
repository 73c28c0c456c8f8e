import { type Dataset, LamoError, nearest } from '@lamo/core';
import type { FloatColumn } from './columns';

/** An extra column of a dataset, as a batch can have it: `infos/task`. */
export type InfoField = `infos/${string}`;

const PREFIX = 'infos/';

/**
 * Finds a column of `infos` for batches, as 32-bit floats.
 *
 * @param where the part of the package that asks, for the error
 * @throws LamoError `unknown-field`, which names the columns that exist; `not-finite` with row and column
 */
export function infoField(where: string, { name, infos }: Dataset, field: string): FloatColumn {
  const key = field.startsWith(PREFIX) ? field.slice(PREFIX.length) : undefined;
  const info = key !== undefined && Object.hasOwn(infos, key) ? infos[key] : undefined;
  const names = Object.keys(infos).map((each) => `${PREFIX}${each}`);
  if (info === undefined) throw unknownField(where, name, field, names);
  const data = info.data instanceof Float32Array ? info.data : Float32Array.from(info.data);
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong === -1) return { data, width: info.width };
  throw new LamoError({
    where,
    code: 'not-finite',
    problem: `\`${field}\` of \`${name}\` has a value that is not finite in row ${Math.floor(wrong / info.width)}, column ${wrong % info.width}`,
    expected: 'finite numbers that fit in 32-bit floats, because batches contain this column',
    received: String(info.data[wrong]),
  });
}

function unknownField(where: string, dataset: string, field: string, names: readonly string[]): LamoError {
  const near = nearest(field, names);
  return new LamoError({
    where,
    code: 'unknown-field',
    problem: `\`${dataset}\` has no \`${field}\` for batches`,
    expected: names.length === 0 ? 'no extra columns: the dataset has no `infos`' : names.join(', '),
    received: field,
    ...(near === undefined ? {} : { hint: `Did you mean \`${near}\`?` }),
  });
}
