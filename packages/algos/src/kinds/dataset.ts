import type { ActionBounds, ActionSpace, Dataset, ObservationSpace } from '@lamo/core';
import {
  checkObservationSpace,
  classCount,
  type HasObservations,
  hashDataset,
  holdOutEpisodes,
  imageShape,
  oneHotActions,
} from '@lamo/data';
import { z } from 'zod';
import type { Capability, DataKind } from '../engine/data-kind';
import { settingsForLaterRows } from '../ingredients/transition-batches';
import { columnRanges, resolveActionBounds, scaleActions } from './action-bounds';
import { actionSpace, observationSpace, range } from './space-schemas';
import { trainingWarnings } from './training-warnings';

/** Sizes and bounds that an algorithm builds its networks from. */
export interface DatasetSpec {
  /** O, the numbers in one observation; height · width · channels of an image. */
  readonly observationSize: number;
  /**
   * What observations are: batches have images as [B, height, width, channels] tensors of int32, 0 to 255. None: vectors without
   * names.
   */
  readonly observationSpace?: ObservationSpace;
  /** A, the numbers in one action of a batch: one for each class where actions are classes. */
  readonly actionSize: number;
  /**
   * What actions are chosen from. Batches have classes as n numbers, 1 for the one that was chosen and 0 for the others; `act`
   * and the ONNX file return the class itself. None: box, its numbers without names.
   */
  readonly actionSpace?: ActionSpace;
  /**
   * Between what actions lie in raw units, those that `act` returns and the ONNX file too; null, or none in checkpoints of earlier
   * versions: −1 and 1. Training has seen them between −1 and 1.
   */
  readonly actionBounds?: ActionBounds | null;
  /** Between what the numbers of observations lie that it learned from, [O] each. None where nobody looked: images, environments. */
  readonly observationRange?: ActionBounds;
}

/** What a dataset and an environment both say of themselves. */
export type Sizes = Pick<Dataset, 'observationSize' | 'observationSpace' | 'actionSize' | 'actionSpace'>;

/** Makes what an algorithm is built for of what a dataset, or an environment, says of itself; its actions lie between −1 and 1. */
export function datasetSpec({ actionSize, actionSpace, ...sizes }: Sizes): DatasetSpec {
  const observed = observedSizes(sizes);
  const count = classCount({ actionSpace });
  const named = count !== undefined || actionSpace?.names !== undefined;
  return { ...observed, actionSize: count ?? actionSize, ...(named && actionSpace && { actionSpace }) };
}

/** Turns {@link datasetSpec} round: what datasets say of themselves that an algorithm was built for. */
export function datasetSizes({ actionSize, actionSpace, ...sizes }: DatasetSpec): Sizes {
  const observed = observedSizes(sizes);
  const isDiscrete = classCount({ actionSpace }) !== undefined;
  return { ...observed, actionSize: isDiscrete ? 1 : actionSize, ...(actionSpace && { actionSpace }) };
}

type Observed = Pick<Sizes, 'observationSize' | 'observationSpace'>;

const observedSizes = ({ observationSize, observationSpace }: HasObservations): Observed => ({
  observationSize,
  ...(observationSpace ? { observationSpace } : {}),
});

const saved: z.ZodType<DatasetSpec> = z
  .looseObject({
    observationSize: z.int().positive(),
    observationSpace: observationSpace.optional(),
    actionSize: z.int().positive(),
    actionSpace: actionSpace.optional(),
    actionBounds: range.nullish(),
    observationRange: range.optional(),
  })
  .superRefine(({ actionSize, actionSpace, actionBounds, observationRange, ...sizes }, context) => {
    if (actionSpace?.kind === 'discrete' && actionSpace.count !== actionSize)
      context.addIssue({ code: 'custom', path: ['actionSpace'], message: `${actionSize} classes` });
    if (!fits(() => checkObservationSpace('algos/checkpoint', sizes)))
      context.addIssue({
        code: 'custom',
        path: ['observationSpace'],
        message: `parts or a shape of ${sizes.observationSize} numbers`,
      });
    if (observationRange && !hasWidth(observationRange, sizes.observationSize))
      context.addIssue({
        code: 'custom',
        path: ['observationRange'],
        message: `a lowest and a highest number for each of ${sizes.observationSize} columns`,
      });
    if (!actionBounds) return;
    const { low, high } = actionBounds;
    // Equal ones are those of a component that is the same throughout the data.
    const isRight =
      low.length === actionSize && high.length === actionSize && low.every((least, i) => least <= high[i]!);
    if (!isRight)
      context.addIssue({
        code: 'custom',
        path: ['actionBounds'],
        message: `a lowest and a highest action for each of ${actionSize} components, the lowest first`,
      });
  })
  .transform(({ actionSize, actionSpace, actionBounds = null, observationRange, ...sizes }) => ({
    ...observedSizes(sizes),
    actionSize,
    ...(actionSpace === undefined ? {} : { actionSpace }),
    actionBounds,
    ...(observationRange === undefined ? {} : { observationRange }),
  }));

const hasWidth = ({ low, high }: ActionBounds, width: number) =>
  low.length === width && high.length === width;

function fits(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

/** The smallest and the largest number of each column of observations; nothing of images. */
function observedRange({ observations, observationSize }: Dataset): Pick<DatasetSpec, 'observationRange'> {
  if (!(observations instanceof Float32Array)) return {};
  const observationRange = columnRanges(observations, observationSize);
  return { observationRange };
}

/** What an algorithm must be capable of to learn from what is observed and done. */
export function needsOf(sizes: Sizes): Capability[] {
  return [
    ...(classCount(sizes) === undefined ? [] : (['discrete-actions'] as const)),
    ...(imageShape(sizes) === undefined ? [] : (['image-observations'] as const)),
  ];
}

/**
 * Logged decisions. Batches have their actions between −1 and 1, whatever they are in the data, and classes as a column for
 * each.
 */
export const datasetKind: DataKind<Dataset, DatasetSpec> = {
  name: 'dataset',
  saved,
  identify: (dataset) => ({ name: dataset.name, hash: hashDataset(dataset) }),
  sizes(dataset) {
    const { observationSize, actionSize } = datasetSpec(dataset);
    return { observationSize, actionSize };
  },
  spec: (dataset, config) => ({
    ...datasetSpec(dataset),
    actionBounds: resolveActionBounds(dataset, config),
  }),
  needs: needsOf,
  prepare(dataset, config) {
    const spec = { ...datasetKind.spec(dataset, config), ...observedRange(dataset) };
    return {
      data: oneHotActions(scaleActions(dataset, spec.actionBounds ?? null)),
      spec,
      warnings: trainingWarnings(dataset, config),
    };
  },
  // Rewards that are normalised by returns are so by those of what is learned from.
  holdOut(dataset, fraction, config) {
    const parts = holdOutEpisodes(dataset, fraction);
    return { ...parts, config: settingsForLaterRows(parts.training, config) };
  },
};
