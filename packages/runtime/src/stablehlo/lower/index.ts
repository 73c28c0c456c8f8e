import { arrangementLowerings } from './arrangement';
import { elementwiseLowerings } from './elementwise';
import { indexingLowerings } from './indexing';
import { linearLowerings } from './linear';
import type { Lowering } from './lowering';
import { reductionLowerings } from './reduction';

/** How every kernel that nodes of a graph may have is computed by StableHLO operators. */
export const lowerings: Readonly<Record<string, Lowering>> = {
  ...arrangementLowerings,
  ...elementwiseLowerings,
  ...indexingLowerings,
  ...linearLowerings,
  ...reductionLowerings,
};
