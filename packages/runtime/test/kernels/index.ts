import { arrangementCases } from './arrangement';
import { elementwiseCases } from './elementwise';
import { indexingCases } from './indexing';
import type { KernelCase } from './kernel-case';
import { linearCases } from './linear';
import { reductionCases } from './reduction';

/** Cases of all kernels that can be compiled; some kernels have more than one. */
export const kernelCases: readonly KernelCase[] = [
  ...arrangementCases,
  ...elementwiseCases,
  ...indexingCases,
  ...linearCases,
  ...reductionCases,
];
