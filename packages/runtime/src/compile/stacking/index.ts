import { arrangementStacking } from './arrangement';
import { elementwiseStacking } from './elementwise';
import { indexingStacking } from './indexing';
import { linearStacking } from './linear';
import { reductionStacking } from './reduction';
import type { StackRule } from './stack-rule';

/** How every kernel that nodes of a graph may have is computed for several copies at once. */
export const stackRules: Readonly<Record<string, StackRule>> = {
  ...arrangementStacking,
  ...elementwiseStacking,
  ...indexingStacking,
  ...linearStacking,
  ...reductionStacking,
};
