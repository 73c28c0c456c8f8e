import { algorithmsOf } from '../src/engine/find-algorithm';
import { datasetKind } from '../src/kinds/dataset';

/** Algorithms that learn a policy from logged decisions which are amounts, as those of the toy are; others need classes. */
export const algorithmsOnAmounts = [...algorithmsOf(datasetKind, 'policy').values()].filter(
  ({ requires }) => requires.length === 0,
);
