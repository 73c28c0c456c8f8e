import type { ActionBounds, Dataset } from '@lamo/core';
import { hashDataset } from '@lamo/data';
import { z } from 'zod';
import type { DataKind } from '../engine/data-kind';
import { resolveActionBounds, scaleActions } from './action-bounds';
import { trainingWarnings } from './training-warnings';

/** Sizes and bounds that an algorithm builds its networks from. */
export interface DatasetSpec {
  /** O, the numbers in one observation. */
  readonly observationSize: number;
  /** A, the numbers in one action. */
  readonly actionSize: number;
  /**
   * Between what actions lie in raw units, those that `act` returns and the ONNX file too; null, or none in checkpoints of earlier
   * versions: −1 and 1. Training has seen them between −1 and 1.
   */
  readonly actionBounds?: ActionBounds | null;
}

const saved: z.ZodType<DatasetSpec> = z
  .looseObject({
    observationSize: z.int().positive(),
    actionSize: z.int().positive(),
    actionBounds: z.looseObject({ low: z.array(z.number()), high: z.array(z.number()) }).nullish(),
  })
  .superRefine(({ actionSize, actionBounds }, context) => {
    if (!actionBounds) return;
    const { low, high } = actionBounds;
    // Equal ones are those of a component that is the same throughout the data.
    const fits =
      low.length === actionSize && high.length === actionSize && low.every((least, i) => least <= high[i]!);
    if (!fits)
      context.addIssue({
        code: 'custom',
        path: ['actionBounds'],
        message: `a lowest and a highest action for each of ${actionSize} components, the lowest first`,
      });
  })
  .transform(({ observationSize, actionSize, actionBounds = null }) => ({
    observationSize,
    actionSize,
    actionBounds,
  }));

/** Logged decisions. Batches have their actions between −1 and 1, whatever they are in the data. */
export const datasetKind: DataKind<Dataset, DatasetSpec> = {
  name: 'dataset',
  saved,
  identify: (dataset) => ({ name: dataset.name, hash: hashDataset(dataset) }),
  sizes: ({ observationSize, actionSize }) => ({ observationSize, actionSize }),
  prepare(dataset, config) {
    const { observationSize, actionSize } = dataset;
    const actionBounds = resolveActionBounds(dataset, config);
    return {
      data: scaleActions(dataset, actionBounds),
      spec: { observationSize, actionSize, actionBounds },
      warnings: trainingWarnings(dataset, config),
    };
  },
};
