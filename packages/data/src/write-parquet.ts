import { type Dataset, LamoError, type ReplaceFileOptions, replaceFile, writeError } from '@lamo/core';
import { classCount } from './action-space';
import { chosenCategory } from './chosen-category';
import { isFoundAs } from './log/log-columns';
import { imageShape } from './observation-space';

/** Numbers, texts or flags of a column, and how Parquet stores them. */
interface Column {
  readonly name: string;
  readonly type: 'FLOAT' | 'DOUBLE' | 'INT32' | 'BOOLEAN' | 'STRING';
  readonly data: readonly (number | boolean | string)[] | Float32Array | Float64Array | Int32Array;
}

/** Rows of a group: readers hold one in memory. */
const GROUP_ROWS = 100_000;

/**
 * Writes a dataset as a Parquet table, a row for each step, with columns that `readLog` finds by their names: `episode`, `step`, `observation.…`, `action.…`,
 * `reward`, `terminated`, `truncated`, and what was observed next if it was logged. Categories and classes with names are texts. The file appears complete
 * or not at all.
 *
 * @throws LamoError `image-observations`, `not-a-category`, `disk-full`, `not-writable`, `file-exists`
 */
export async function writeParquet(
  dataset: Dataset,
  path: string,
  options: ReplaceFileOptions = {},
): Promise<void> {
  if (imageShape(dataset) !== undefined) throw noImages(dataset.name);
  const { parquetWriteFile } = await import('hyparquet-writer');
  const columnData = columnsOf(dataset).map(({ name, type, data }) => ({
    name,
    type,
    data,
    nullable: false,
  }));
  const write = (filename: string) => {
    try {
      parquetWriteFile({ filename, columnData: columnData as never, rowGroupSize: GROUP_ROWS });
    } catch (cause) {
      throw writeError(path, cause);
    }
  };
  replaceFile(path, write, options);
}

function columnsOf(dataset: Dataset): Column[] {
  const { size, episodeEnds, rewards, terminated, truncated, nextObservations } = dataset;
  const episode = new Int32Array(size);
  const step = new Int32Array(size);
  for (let row = 0, at = 0, start = 0; row < size; row++) {
    if (row === episodeEnds[at]) [at, start] = [at + 1, row];
    [episode[row], step[row]] = [at, row - start];
  }
  const flags = (name: string, data: Uint8Array): Column => ({
    name,
    type: 'BOOLEAN',
    data: Array.from(data, (flag) => flag === 1),
  });
  return [
    { name: 'episode', type: 'INT32', data: episode },
    { name: 'step', type: 'INT32', data: step },
    ...observed(dataset, dataset.observations as Float32Array),
    ...done(dataset),
    { name: 'reward', type: 'FLOAT', data: rewards },
    flags('terminated', terminated),
    flags('truncated', truncated),
    ...(nextObservations
      ? observed(dataset, nextObservations as Float32Array).map((column) => ({
          ...column,
          name: `next_${column.name}`,
        }))
      : []),
    ...infoColumns(dataset),
  ];
}

/** Columns of observations in their order, with the names of parts; a category is one column of texts. */
function observed({ observationSize, observationSpace }: Dataset, values: Float32Array): Column[] {
  const parts = observationSpace?.kind === 'vector' ? Object.entries(observationSpace.parts ?? {}) : [];
  const columns: Column[] = [];
  for (let at = 0; at < observationSize; ) {
    const start = at;
    // Parts may overlap: the first that begins here names the column.
    const [name, part] = parts.find(([, { start: first }]) => first === start) ?? [String(at), undefined];
    const { end = at + 1, categories } = part ?? {};
    if (categories !== undefined) {
      const data = Array.from({ length: values.length / observationSize }, (_, row) => {
        const from = row * observationSize;
        const chosen = chosenCategory(values.subarray(from + start, from + end));
        if (chosen === undefined) throw noCategory(name, row);
        return categories[chosen]!;
      });
      columns.push({ name: nameWith('observation', name), type: 'STRING', data });
    } else {
      for (let column = start; column < end; column++) {
        const suffix = end - start === 1 ? '' : `_${column - start}`;
        const data = columnOf(values, observationSize, column);
        columns.push({ name: nameWith('observation', `${name}${suffix}`), type: 'FLOAT', data });
      }
    }
    at = end;
  }
  return columns;
}

/** A name by which a column is found as what it is; as it is, if it is such a name already. */
function nameWith(role: 'observation' | 'action', name: string): string {
  return isFoundAs(role, name) ? name : `${role}.${name}`;
}

/** Classes as their names, or numbers; amounts with theirs. */
function done({ actions, actionSize, actionSpace }: Dataset): Column[] {
  const { names = [] } = actionSpace ?? {};
  if (actionSpace?.kind === 'discrete' && classCount({ actionSpace }) !== undefined) {
    const { labels } = actionSpace;
    const name = names[0] === undefined ? 'action' : nameWith('action', names[0]);
    return labels === undefined
      ? [{ name, type: 'INT32', data: Int32Array.from(actions) }]
      : [{ name, type: 'STRING', data: Array.from(actions, (action) => labels[action]!) }];
  }
  return Array.from({ length: actionSize }, (_, column) => ({
    name:
      actionSize === 1 && names[0] === undefined
        ? 'action'
        : nameWith('action', names[column] ?? String(column)),
    type: 'FLOAT' as const,
    data: columnOf(actions, actionSize, column),
  }));
}

/** Extra columns; how likely actions were is a probability again, or a density. */
function infoColumns({ infos: { action_log_probs: likely, ...infos } }: Dataset): Column[] {
  const isOne = likely?.width === 1;
  const probability: Column[] = isOne
    ? [{ name: 'probability', type: 'DOUBLE', data: Float64Array.from(likely.data, (log) => Math.exp(log)) }]
    : [];
  const others = Object.entries({ ...infos, ...(likely && !isOne ? { action_log_probs: likely } : {}) });
  const columns = others.flatMap(([key, { width, data }]) =>
    Array.from({ length: width }, (_, column): Column => {
      const name = `info.${key}${width === 1 ? '' : `_${column}`}`;
      return {
        name,
        type: data instanceof Int32Array ? 'INT32' : 'DOUBLE',
        data: columnOf(data, width, column),
      };
    }),
  );
  return [...probability, ...columns];
}

function columnOf(
  values: Float32Array | Float64Array | Int32Array | Uint8Array,
  width: number,
  column: number,
): Float32Array | Float64Array | Int32Array {
  const rows = values.length / width;
  const one =
    values instanceof Float32Array
      ? new Float32Array(rows)
      : values instanceof Float64Array
        ? new Float64Array(rows)
        : new Int32Array(rows);
  for (let row = 0; row < rows; row++) one[row] = values[row * width + column]!;
  return one;
}

function noCategory(name: string, row: number): LamoError {
  return new LamoError({
    where: 'data/parquet',
    code: 'not-a-category',
    problem: `"${name}" stands for none of its categories, or for several, in row ${row}`,
    expected: 'a single 1 among zeros',
    hint: 'Write it in the layout of D4RL, which keeps numbers as they are: --out FILE.hdf5, or writeD4rl.',
  });
}

function noImages(name: string): LamoError {
  return new LamoError({
    where: 'data/parquet',
    code: 'image-observations',
    problem: `Images of ${name} do not fit into columns of a table`,
    expected: 'observations that are vectors of numbers',
    hint: 'Write it in the layout of D4RL: --out FILE.hdf5, or writeD4rl.',
  });
}
