import type { Dataset, InfoColumn } from '@lamo/core';

/** The arrays that columns have. */
export type ColumnData = Float32Array | Float64Array | Int32Array | Uint8Array;

/** One column of a dataset, [N, width]. */
export interface DatasetColumn {
  /** `observations`, `infos/qpos`. */
  readonly name: string;
  readonly width: number;
  readonly data: ColumnData;
}

/** Lists every column that a dataset has, in one order for all. */
export function datasetColumns(dataset: Dataset): readonly DatasetColumn[] {
  const { observationSize, actionSize, nextObservations, infos } = dataset;
  return [
    { name: 'observations', width: observationSize, data: dataset.observations },
    { name: 'actions', width: actionSize, data: dataset.actions },
    { name: 'rewards', width: 1, data: dataset.rewards },
    { name: 'terminated', width: 1, data: dataset.terminated },
    { name: 'truncated', width: 1, data: dataset.truncated },
    ...(nextObservations === undefined
      ? []
      : [{ name: 'nextObservations', width: observationSize, data: nextObservations }]),
    ...Object.keys(infos)
      .sort()
      .map((key) => ({ name: `infos/${key}`, ...(infos[key] as InfoColumn) })),
  ];
}
