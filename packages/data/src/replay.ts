import { type ColumnArray, type Dataset, LamoError } from '@lamo/core';
import { allocateObservations } from './observation-space';

/** Sizes of what a {@link Replay} holds. */
export type ReplaySizes = Pick<
  Dataset,
  'name' | 'observationSize' | 'observationSpace' | 'actionSize' | 'actionSpace'
>;

/** One decision and what came of it. */
export interface ReplayRow {
  /** [O] before the action */
  readonly observation: ArrayLike<number>;
  /** [A] */
  readonly action: ArrayLike<number>;
  /** What the action earned. */
  readonly reward: number;
  /** [O] after it */
  readonly nextObservation: ArrayLike<number>;
  /** The task ended. */
  readonly terminated: boolean;
  /** The time limit cut the episode. */
  readonly truncated: boolean;
}

/** The columns of a {@link Replay}, [N, …] each: what is saved of it. */
export type ReplayColumns = Pick<
  Dataset,
  'observations' | 'actions' | 'rewards' | 'terminated' | 'truncated'
> & {
  readonly nextObservations: ColumnArray;
};

const FIRST_CAPACITY = 1024;

/** Decisions that are logged while a policy acts: a dataset that grows, row by row. */
export class Replay {
  #size = 0;
  #columns: ReplayColumns;
  readonly #ends: number[] = [];

  /** @param sizes of what it holds */
  constructor(
    /** Sizes of what it holds. */
    readonly sizes: ReplaySizes,
  ) {
    this.#columns = this.#allocate(FIRST_CAPACITY);
  }

  /** Rows. */
  get size(): number {
    return this.#size;
  }

  /** Adds a row, copying its numbers. */
  add({ observation, action, reward, nextObservation, terminated, truncated }: ReplayRow): void {
    const { observationSize, actionSize } = this.sizes;
    if (this.#size === this.#columns.rewards.length) this.#grow(2 * this.#size);
    const columns = this.#columns;
    const row = this.#size;
    columns.observations.set(observation, row * observationSize);
    columns.nextObservations.set(nextObservation, row * observationSize);
    columns.actions.set(action, row * actionSize);
    columns.rewards[row] = reward;
    columns.terminated[row] = Number(terminated);
    columns.truncated[row] = Number(truncated);
    this.#size += 1;
    if (terminated || truncated) this.#ends.push(this.#size);
  }

  /**
   * The rows so far as a dataset, or the first of them. Nothing is copied: rows that are added later are not in it.
   *
   * @throws LamoError `empty-dataset`
   */
  dataset(rows = this.#size): Dataset {
    if (this.#size === 0) throw nothingYet(this.sizes.name);
    const size = Math.min(rows, this.#size);
    const finished = this.#ends.filter((end) => end <= size);
    const lastEpisodeFinished = finished.at(-1) === size;
    const ends = lastEpisodeFinished ? finished : [...finished, size];
    return {
      ...this.sizes,
      size,
      ...this.#cut(this.#columns, size),
      episodeEnds: Uint32Array.from(ends),
      lastEpisodeFinished,
      infos: {},
    };
  }

  /** Views of the columns as they are now. */
  columns(): ReplayColumns {
    return this.#cut(this.#columns, this.#size);
  }

  /** Replaces all rows by the first `size` rows of saved columns. @throws LamoError `length-mismatch` */
  restore(columns: ReplayColumns, size: number): void {
    if (columns.rewards.length < size) throw tooShort(this.sizes.name, size, columns.rewards.length);
    this.#columns = this.#allocate(Math.max(FIRST_CAPACITY, size));
    this.#copy(this.#cut(columns, size));
    this.#size = size;
    this.#ends.length = 0;
    for (let row = 0; row < size; row++)
      if (columns.terminated[row] === 1 || columns.truncated[row] === 1) this.#ends.push(row + 1);
  }

  #grow(capacity: number): void {
    const before = this.#columns;
    this.#columns = this.#allocate(capacity);
    this.#copy(before);
  }

  #copy(columns: ReplayColumns): void {
    for (const name of Object.keys(columns) as (keyof ReplayColumns)[])
      this.#columns[name].set(columns[name]);
  }

  #cut(columns: ReplayColumns, size: number): ReplayColumns {
    const { observationSize, actionSize } = this.sizes;
    return {
      observations: columns.observations.subarray(0, size * observationSize),
      nextObservations: columns.nextObservations.subarray(0, size * observationSize),
      actions: columns.actions.subarray(0, size * actionSize),
      rewards: columns.rewards.subarray(0, size),
      terminated: columns.terminated.subarray(0, size),
      truncated: columns.truncated.subarray(0, size),
    };
  }

  #allocate(rows: number): ReplayColumns {
    return {
      observations: allocateObservations(this.sizes, rows),
      nextObservations: allocateObservations(this.sizes, rows),
      actions: new Float32Array(rows * this.sizes.actionSize),
      rewards: new Float32Array(rows),
      terminated: new Uint8Array(rows),
      truncated: new Uint8Array(rows),
    };
  }
}

function nothingYet(name: string): LamoError {
  return new LamoError({
    where: 'data/replay',
    code: 'empty-dataset',
    problem: `Nothing has been logged in ${name} yet`,
    expected: 'at least one row',
    received: 'none',
  });
}

function tooShort(name: string, expected: number, received: number): LamoError {
  return new LamoError({
    where: 'data/replay',
    code: 'length-mismatch',
    problem: `What was saved of ${name} has fewer rows than the training had logged`,
    expected: `${expected} rows or more`,
    received: `${received}`,
    hint: 'Use the replay that was written with, or after, the checkpoint.',
  });
}
