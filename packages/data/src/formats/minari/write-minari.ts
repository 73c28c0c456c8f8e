import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Dataset, LamoError, makeFolder, writeError } from '@lamo/core';
import type { File as H5File } from 'h5wasm/node';
import { classCount } from '../../action-space';
import { guardWriting, loadHdf5 } from '../../hdf5-library';
import { namedParts } from '../../log/encode-observation';
import { observationShape } from '../../observation-space';
import { rowOrder } from '../../row-order';

/** Settings of {@link writeMinari}. */
export interface WriteMinariOptions {
  /** Its name: namespaces and a version, as Minari has them. @default `lamo/NAME-v0`, of the dataset's own name */
  readonly id?: string;
  /**
   * What stands for the last observation of episodes where nobody logged what came after the last action: `repeat` for the one before
   * it. What is learned from it is wrong where an episode was only cut.
   * @default it is refused
   */
  readonly lastObservation?: 'repeat';
}

/** The version of Minari's own files that is written. */
const MINARI_VERSION = '>=0.5.0';

/**
 * Writes a dataset as a set of Minari (HDF5): a group for each episode, observations with one row more than actions, and its metadata. Named
 * parts that cover all columns in order become a Dict, without the names of categories. The folder appears complete or not at all.
 *
 * @param folder which is not there yet
 * @throws LamoError `folder-exists`, `unknown-last-observation`, `rows-out-of-order`, `invalid-id`, `disk-full`, `not-writable`
 */
export async function writeMinari(
  dataset: Dataset,
  folder: string,
  options: WriteMinariOptions = {},
): Promise<void> {
  checkGaps(dataset);
  checkLast(dataset, options);
  const id = checkId(options.id ?? `lamo/${dataset.name.replaceAll(/[^\w-]/g, '-')}-v0`);
  const { module, File } = await loadHdf5();
  makeFolder(dirname(resolve(folder)));
  const temporary = `${resolve(folder)}.${process.pid}.tmp`;
  try {
    makeFolder(join(temporary, 'data'));
    guardWriting(module, folder, () => {
      const file = new File(join(temporary, 'data', 'main_data.hdf5'), 'w');
      try {
        writeEpisodes(file, dataset);
      } finally {
        file.close();
      }
    });
    writeFileSync(join(temporary, 'data', 'metadata.json'), describe(dataset, id));
    renameSync(temporary, resolve(folder));
  } catch (cause) {
    rmSync(temporary, { recursive: true, force: true });
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR') throw folderExists(folder);
    throw LamoError.isInstance(cause) ? cause : writeError(folder, cause);
  }
}

const WHERE = 'data/minari';

function writeEpisodes(file: H5File, dataset: Dataset): void {
  const { episodeEnds, actionSize, infos } = dataset;
  const isDiscrete = classCount(dataset) !== undefined;
  const parts = partsOf(dataset);
  let start = 0;
  for (const [i, end] of Array.from(episodeEnds).entries()) {
    const rows = end - start;
    const name = `episode_${i}`;
    const group = file.create_group(name);
    group.create_attribute('id', i, null, '<i');
    group.create_attribute('total_steps', rows, null, '<i');
    const write = (key: string, data: ArrayLike<number> | BigInt64Array, ...shape: readonly number[]) =>
      file.create_dataset({ name: `${name}/${key}`, data: data as never, shape: [...shape] });
    writeObservations(dataset, start, end, parts, (key, data, ...shape) => {
      if (key.includes('/') && file.get(`${name}/observations`) === null)
        file.create_group(`${name}/observations`);
      write(key, data, ...shape);
    });
    const actions = dataset.actions.slice(start * actionSize, end * actionSize);
    if (isDiscrete)
      write(
        'actions',
        BigInt64Array.from(actions, (action) => BigInt(action)),
        rows,
      );
    else write('actions', actions, rows, actionSize);
    write('rewards', dataset.rewards.slice(start, end), rows);
    write('terminations', dataset.terminated.slice(start, end), rows);
    write('truncations', truncations(dataset, start, end), rows);
    const extra = Object.entries(infos);
    if (extra.length > 0) file.create_group(`${name}/infos`);
    for (const [key, { width, data }] of extra)
      write(
        `infos/${key.replaceAll('/', '_')}`,
        data.slice(start * width, end * width),
        rows,
        ...(width === 1 ? [] : [width]),
      );
    start = end;
  }
}

/** The last row of a log that simply stops was cut there. */
function truncations({ terminated, truncated }: Dataset, start: number, end: number): Uint8Array {
  const flags = truncated.slice(start, end);
  if (terminated[end - 1] === 0) flags[flags.length - 1] = 1;
  return flags;
}

type Write = (key: string, data: Float32Array | Uint8Array, ...shape: readonly number[]) => void;

/** What was observed before each action, and after the last one. */
function writeObservations(
  dataset: Dataset,
  start: number,
  end: number,
  parts: readonly Part[] | undefined,
  write: Write,
): void {
  const { observationSize: size, observations, nextObservations } = dataset;
  const rows = end - start;
  const Type = observations.constructor as new (length: number) => Float32Array | Uint8Array;
  const seen = new Type((rows + 1) * size);
  seen.set(observations.subarray(start * size, end * size));
  seen.set((nextObservations ?? observations).subarray((end - 1) * size, end * size), rows * size);
  if (parts === undefined) write('observations', seen, rows + 1, ...observationShape(dataset));
  for (const { name, from, to } of parts ?? []) {
    const part = new Type((rows + 1) * (to - from));
    for (let row = 0; row <= rows; row++)
      part.set(seen.subarray(row * size + from, row * size + to), row * (to - from));
    write(`observations/${name}`, part, rows + 1, to - from);
  }
}

/** Columns from one up to another that have a name. */
interface Part {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Parts that leave nothing out: Minari has no other way to name columns. */
function partsOf(dataset: Dataset): Part[] | undefined {
  const parts = namedParts(dataset);
  return (
    parts &&
    Object.entries(parts)
      .map(([name, { start, end }]) => ({ name: name.replaceAll('/', '_'), from: start, to: end }))
      .sort((a, b) => a.from - b.from)
  );
}

function describe(dataset: Dataset, id: string): string {
  const { size, episodeEnds, actionSize } = dataset;
  const count = classCount(dataset);
  const parts = partsOf(dataset);
  const isImage = dataset.observationSpace?.kind === 'image';
  const seen = isImage ? box(observationShape(dataset), 'uint8', 0, 255) : box([dataset.observationSize]);
  const observations =
    parts === undefined
      ? seen
      : `{"type": "Dict", "subspaces": {${parts.map(({ name, from, to }) => `${JSON.stringify(name)}: ${box([to - from])}`).join(', ')}}}`;
  const actions =
    count === undefined
      ? box([actionSize])
      : `{"type": "Discrete", "dtype": "int64", "start": 0, "n": ${count}}`;
  return `${JSON.stringify(
    {
      total_episodes: episodeEnds.length,
      total_steps: size,
      data_format: 'hdf5',
      jpeg_encoding: false,
      observation_space: observations,
      action_space: actions,
      dataset_id: id,
      minari_version: MINARI_VERSION,
      requirements: [],
    },
    null,
    2,
  )}\n`;
}

/** A Box as Minari writes it: with bare infinities, which are no JSON. */
function box(
  shape: readonly number[],
  dtype = 'float32',
  low: number | string = '-Infinity',
  high: number | string = 'Infinity',
): string {
  const all = (value: number | string): string =>
    shape.reduceRight<string>(
      (inner, length) => `[${Array<string>(length).fill(inner).join(', ')}]`,
      String(value),
    );
  return `{"type": "Box", "dtype": "${dtype}", "shape": [${shape.join(', ')}], "low": ${all(low)}, "high": ${all(high)}}`;
}

function checkId(id: string): string {
  if (/^(?:[\w-]+\/)*[\w-]+-v\d+$/.test(id)) return id;
  throw new LamoError({
    where: WHERE,
    code: 'invalid-id',
    problem: 'That is no name of a Minari set',
    expected: 'namespaces, a name and a version, such as lamo/thermostat-v0',
    received: JSON.stringify(id),
  });
}

/** Minari has one place for what is observed after a row and before the next. */
function checkGaps(dataset: Dataset): void {
  const { breaks, followed } = rowOrder(dataset);
  if (breaks === 0) return;
  throw new LamoError({
    where: WHERE,
    code: 'rows-out-of-order',
    problem: `Episodes of ${dataset.name} have gaps: what was observed after an action is not what was observed before the next`,
    expected: 'next observations that are those of the following row',
    received: `${breaks} of ${followed} that are not`,
    hint: 'Mark where rows are missing as ends (truncated), or write another format.',
  });
}

function checkLast({ name, nextObservations }: Dataset, { lastObservation }: WriteMinariOptions): void {
  if (nextObservations !== undefined || lastObservation === 'repeat') return;
  throw new LamoError({
    where: WHERE,
    code: 'unknown-last-observation',
    problem: `Minari stores what was observed after the last action of each episode, and nobody logged that in ${name}`,
    expected: 'next observations',
    hint: "Write another format (.hdf5, .parquet), or have the last observation of each episode stand twice: --repeat-last; in a program lastObservation: 'repeat'.",
  });
}

function folderExists(folder: string): LamoError {
  return new LamoError({
    where: WHERE,
    code: 'folder-exists',
    problem: `${folder} is there already`,
    expected: 'a folder that is not there yet',
    hint: 'Remove it, or name another.',
  });
}
