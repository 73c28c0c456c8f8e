import { type FlagRows, flagColumn, floatColumn, type NumberRows } from './columns';
import type { Dataset, InfoColumn } from './contracts';
import { findEpisodes } from './episodes';
import { LamoError } from './errors';

/** What {@link createDataset} makes a dataset of. Arrays are flat and row-major, or one array per row. */
export interface DatasetInput {
  /** Name for humans and manifests. @default 'dataset' */
  readonly name?: string;
  /** [N, O] what was observed before each action */
  readonly observations: NumberRows;
  /** [N, A] */
  readonly actions: NumberRows;
  /** [N] */
  readonly rewards: NumberRows;
  /** [N] true where the environment ended the episode after this row */
  readonly terminated: FlagRows;
  /** [N] true where a time limit cut the episode after this row. @default nowhere */
  readonly truncated?: FlagRows | undefined;
  /** [N, O] what was observed after each action */
  readonly nextObservations?: NumberRows | undefined;
  /** Extra columns of N rows; they may hold values that are not finite. */
  readonly infos?: Readonly<Record<string, InfoColumn>> | undefined;
  /** O; left out, it follows from the arrays. */
  readonly observationSize?: number;
  /** A; left out, it follows from the arrays. */
  readonly actionSize?: number;
}

/**
 * Creates a dataset from arrays, after checking every length, width and value. Float32Arrays are kept, not
 * copied: do not change them afterwards.
 *
 * @throws LamoError `empty-dataset`, `length-mismatch`, `wrong-width`, `not-finite` (with row and column), `not-a-flag`
 * @example
 * const dataset = createDataset({
 *   observations: [[0, 1], [1, 0], [0, 0]],
 *   actions: [[0.5], [-0.5], [0]],
 *   rewards: [0, 0, 1],
 *   terminated: [false, false, true],
 * });
 */
export function createDataset(input: DatasetInput): Dataset {
  const name = input.name ?? 'dataset';
  const column = (column: string) => ({ dataset: name, column });
  const rewards = floatColumn(column('rewards'), input.rewards, { width: 1 }).data;
  const size = rewards.length;
  if (size === 0) throw emptyDataset(name);

  const observations = floatColumn(column('observations'), input.observations, {
    rows: size,
    width: input.observationSize,
  });
  const actions = floatColumn(column('actions'), input.actions, { rows: size, width: input.actionSize });
  const terminated = flagColumn(column('terminated'), input.terminated, size);
  const truncated = input.truncated
    ? flagColumn(column('truncated'), input.truncated, size)
    : new Uint8Array(size);
  const nextObservations =
    input.nextObservations &&
    floatColumn(column('nextObservations'), input.nextObservations, {
      rows: size,
      width: observations.width,
    });
  const infos = input.infos ?? {};
  for (const [key, info] of Object.entries(infos)) checkInfo(name, key, info, size);

  return {
    name,
    size,
    observationSize: observations.width,
    actionSize: actions.width,
    observations: observations.data,
    actions: actions.data,
    rewards,
    terminated,
    truncated,
    ...(nextObservations ? { nextObservations: nextObservations.data } : {}),
    ...findEpisodes(terminated, truncated),
    infos,
  };
}

function checkInfo(dataset: string, key: string, { width, data }: InfoColumn, size: number): void {
  if (data.length === size * width) return;
  throw new LamoError({
    where: 'data/dataset',
    code: 'length-mismatch',
    problem: `\`infos.${key}\` of \`${dataset}\` and rewards have different lengths`,
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
