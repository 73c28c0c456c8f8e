import { arrangementLowerings } from './arrangement';
import { elementwiseLowerings } from './elementwise';
import { linearLowerings } from './linear';
import type { Lowering } from './lowering';
import { reductionLowerings } from './reduction';

/** How every kernel that can be traced is computed by ONNX operators. */
export const lowerings: Readonly<Record<string, Lowering>> = {
  ...arrangementLowerings,
  ...elementwiseLowerings,
  ...linearLowerings,
  ...reductionLowerings,
};
