import { arrangementRewrites } from './arrangement';
import { constantRewrites } from './constants';
import { elementwiseRewrites } from './elementwise';
import { indexingRewrites } from './indexing';
import { reductionRewrites } from './reduction';
import type { Rewrite } from './rewrite';

/** Kernels that are always expressed by others, so that lowerings need not know them. */
export const rewrites: Readonly<Record<string, Rewrite>> = {
  ...arrangementRewrites,
  ...constantRewrites,
  ...elementwiseRewrites,
  ...indexingRewrites,
  ...reductionRewrites,
};
