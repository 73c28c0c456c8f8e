import type { Dataset } from '@lamo/core';

/** The arrays that columns have, by their names. */
export const ARRAYS = { Float32Array, Float64Array, Int32Array, Uint8Array } as const;

/** The name of an array's type. */
export type ArrayType = keyof typeof ARRAYS;

/** An array of a column: one of {@link ARRAYS}. */
export type ColumnData = Float32Array | Float64Array | Int32Array | Uint8Array;

/** One column of a dataset, [N, width]. */
export interface DatasetColumn {
  /** `observations`, `infos/qpos`. */
  readonly name: string;
  readonly width: number;
  readonly type: ArrayType;
  readonly data: ColumnData;
}

/** Lists every column that a dataset has, in one order for all. */
export function datasetColumns(dataset: Dataset): readonly DatasetColumn[] {
  const { observationSize, actionSize, nextObservations, infos } = dataset;
  const column = (name: string, width: number, data: ColumnData): DatasetColumn => ({
    ...{ name, width, data },
    type: data.constructor.name as ArrayType,
  });
  return [
    column('observations', observationSize, dataset.observations),
    column('actions', actionSize, dataset.actions),
    column('rewards', 1, dataset.rewards),
    column('terminated', 1, dataset.terminated),
    column('truncated', 1, dataset.truncated),
    ...(nextObservations === undefined
      ? []
      : [column('nextObservations', observationSize, nextObservations)]),
    ...Object.keys(infos)
      .sort()
      .map((key) => column(`infos/${key}`, infos[key]!.width, infos[key]!.data)),
  ];
}
