import type {
  ActionSpace,
  ColumnArray,
  Dataset,
  DatasetWarning,
  InfoColumn,
  ObservationSpace,
} from '@lamo/core';
import { checkCount, LamoError, nearest, showValue } from '@lamo/core';
import { checkActionSpace, checkClasses, classCount } from './action-space';
import { type ColumnName, type FlagRows, flagColumn, floatColumn, type NumberRows } from './columns';
import { findEpisodes } from './episodes';
import { type ImageRows, imageColumn } from './image-column';
import { checkObservationSpace } from './observation-space';

/** The input of {@link createDataset}. Arrays are flat and row-major, or one array per row. */
export interface DatasetInput {
  /** Name for humans and manifests. @default 'dataset' */
  readonly name?: string;
  /** [N, O] what was observed before each action; bytes where {@link observationSpace} is images */
  readonly observations: ImageRows;
  /** [N, A]; [N] or [N, 1] classes, 0 … n − 1, where {@link actionSpace} is discrete */
  readonly actions: NumberRows;
  /** [N] */
  readonly rewards: NumberRows;
  /** [N] true where the environment ended the episode after this row */
  readonly terminated: FlagRows;
  /** [N] true where a time limit cut the episode after this row. @default nowhere */
  readonly truncated?: FlagRows | undefined;
  /** [N, O] what was observed after each action, as {@link observations} */
  readonly nextObservations?: ImageRows | undefined;
  /** Extra columns of N rows; their values need not be finite. */
  readonly infos?: Readonly<Record<string, InfoColumn>> | undefined;
  /** O; left out, it follows from the arrays. */
  readonly observationSize?: number;
  /**
   * What observations are: `{ kind: 'image', shape: [84, 84, 4] }` where they are images; names for some of their columns where they are
   * vectors, `{ kind: 'vector', parts: { goal: { start: 4, end: 6 } } }`. @default vectors without names
   */
  readonly observationSpace?: ObservationSpace | undefined;
  /** A; left out, it follows from the arrays. */
  readonly actionSize?: number;
  /** What actions are chosen from: `{ kind: 'discrete', count: 4 }` where they are classes 0 to 3; `{ kind: 'box', names }` where they are numbers with names. @default box */
  readonly actionSpace?: ActionSpace | undefined;
  /** What the reader of the arrays noticed, for `datasetWarnings`. @default nothing */
  readonly warnings?: readonly DatasetWarning[];
}

/**
 * Creates a dataset from arrays, after checking every name, length, width and value. Float32Arrays, and the Uint8Arrays of images, are
 * kept, not copied: do not change them afterwards.
 *
 * @throws LamoError `unknown-column`, `missing-column`, `empty-dataset`, `length-mismatch`, `wrong-width`, `out-of-range`;
 *   `action-space`, `observation-space`; with row and column `not-a-number`, `not-finite`, `not-a-flag`, `not-a-class`, `not-a-byte`
 * @example
 * const dataset = createDataset({
 *   observations: [[0, 1], [1, 0], [0, 0]],
 *   actions: [[0.5], [-0.5], [0]],
 *   rewards: [0, 0, 1],
 *   terminated: [false, false, true],
 * });
 */
export function createDataset(input: DatasetInput): Dataset {
  const { name = 'dataset', infos = {}, warnings = [] } = input;
  checkNames(name, input);
  for (const size of ['observationSize', 'actionSize'] as const)
    if (input[size] !== undefined) checkCount('data/dataset', size, input[size]);
  const column = (column: string) => ({ dataset: name, column });
  const rewards = floatColumn(column('rewards'), input.rewards, { width: 1 }).data;
  const size = rewards.length;
  if (size === 0) throw emptyDataset(name);

  const observations = observationColumns(input, column, size);
  const actions = actionColumn(input, column('actions'), size);
  const terminated = flagColumn(column('terminated'), input.terminated, size);
  const truncated =
    input.truncated === undefined
      ? new Uint8Array(size)
      : flagColumn(column('truncated'), input.truncated, size);
  for (const [key, info] of Object.entries(infos)) checkInfo(name, key, info, size);

  return {
    name,
    size,
    ...observations,
    ...actions,
    rewards,
    terminated,
    truncated,
    ...findEpisodes(terminated, truncated),
    infos,
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

type ObservationColumns = Pick<
  Dataset,
  'observationSize' | 'observationSpace' | 'observations' | 'nextObservations'
>;

/** Vectors of numbers, or images. */
function observationColumns(
  input: DatasetInput,
  column: (name: string) => ColumnName,
  rows: number,
): ObservationColumns {
  const { observations, nextObservations, observationSpace, observationSize: width } = input;
  const image = observationSpace?.kind === 'image' ? observationSpace.shape : undefined;
  const both = (read: (name: ColumnName, values: ImageRows) => ColumnArray) => ({
    observations: read(column('observations'), observations),
    ...(nextObservations === undefined
      ? {}
      : { nextObservations: read(column('nextObservations'), nextObservations) }),
  });
  if (image !== undefined) {
    const observationSize = width ?? image.reduce((product, length) => product * length, 1);
    const space = checkObservationSpace('data/dataset', { observationSize, observationSpace });
    return {
      observationSize,
      ...space,
      ...both((name, values) => imageColumn(name, values, observationSize, rows)),
    };
  }
  const first = floatColumn(column('observations'), observations as NumberRows, { rows, width });
  const sizes = { observationSize: first.width, observationSpace };
  const space = checkObservationSpace('data/dataset', sizes);
  const read = (name: ColumnName, values: ImageRows) =>
    values === observations
      ? first.data
      : floatColumn(name, values as NumberRows, { rows, width: first.width }).data;
  return { observationSize: first.width, ...space, ...both(read) };
}

/** Vectors of numbers, or one column of classes. */
function actionColumn(
  input: DatasetInput,
  name: ColumnName,
  rows: number,
): Pick<Dataset, 'actionSize' | 'actionSpace' | 'actions'> {
  const space = checkActionSpace('data/dataset', input);
  const classes = classCount(space);
  const width = classes === undefined ? input.actionSize : 1;
  const column = floatColumn(name, input.actions, { rows, width });
  if (classes !== undefined) checkClasses(name, column.data, classes);
  const named = space.actionSpace?.names?.length ?? column.width;
  if (named !== column.width) throw otherNames(name, column.width, named);
  return { actionSize: column.width, ...space, actions: column.data };
}

function otherNames({ dataset }: ColumnName, width: number, named: number): LamoError {
  return new LamoError({
    where: 'data/dataset',
    code: 'action-space',
    problem: `The actions of \`${dataset}\` have another number of names`,
    expected: `${width}`,
    received: `${named}`,
  });
}

/** Names of {@link DatasetInput}, and of members that a dataset derives from them, so that a dataset can be spread into it. */
const NAMES = [
  ...['observations', 'actions', 'rewards', 'terminated', 'truncated', 'nextObservations', 'infos'],
  ...[
    'name',
    'observationSize',
    'actionSize',
    'actionSpace',
    'observationSpace',
    'warnings',
    'size',
    'episodeEnds',
    'lastEpisodeFinished',
  ],
];

/** Names that others give to our columns. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  terminals: 'terminated',
  dones: 'terminated',
  done: 'terminated',
  timeouts: 'truncated',
  truncations: 'truncated',
  next_observations: 'nextObservations',
};

function checkNames(dataset: string, input: DatasetInput): void {
  const unknown = Object.keys(input).find((key) => !NAMES.includes(key));
  if (unknown === undefined) return;
  const meant = OTHER_NAMES[unknown] ?? nearest(unknown, NAMES);
  throw new LamoError({
    where: 'data/dataset',
    code: 'unknown-column',
    problem: `\`${dataset}\` has an unknown column \`${unknown}\``,
    expected: NAMES.slice(0, 7).join(', '),
    received: unknown,
    hint:
      meant === undefined
        ? 'Extra columns belong in `infos`.'
        : `Did you mean \`${meant}\`? Extra columns belong in \`infos\`.`,
  });
}

function checkInfo(dataset: string, key: string, info: InfoColumn, size: number): void {
  const label = `infos.${key}`;
  const { width, data } = info ?? {};
  const types = [Float32Array, Float64Array, Int32Array];
  if (!types.some((type) => data instanceof type)) {
    throw new LamoError({
      where: 'data/dataset',
      code: 'wrong-type',
      problem: `\`${label}\` of \`${dataset}\` must have a typed array as its data`,
      expected: '{ width, data } with a Float32Array, Float64Array or Int32Array',
      received: data === undefined ? showValue(info) : showValue(data),
    });
  }
  checkCount('data/dataset', `${label}.width`, width);
  if (data.length === size * width) return;
  throw new LamoError({
    where: 'data/dataset',
    code: 'length-mismatch',
    problem: `\`${label}\` of \`${dataset}\` and rewards have different lengths`,
    expected: `${size} rows of ${width}, ${size * width} numbers`,
    received: `${data.length} numbers`,
  });
}

function emptyDataset(name: string): LamoError {
  return new LamoError({
    where: 'data/dataset',
    code: 'empty-dataset',
    problem: `\`${name}\` has no rows`,
    expected: 'at least one reward',
    received: 'none',
  });
}
