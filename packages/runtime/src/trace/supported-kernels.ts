import { rewrites } from './rewrites/index';
import { shapeRules } from './shapes/index';

/** Every tfjs kernel that can be traced; kernels of our own start with `$`. */
export const supportedKernels: ReadonlySet<string> = new Set(
  [...Object.keys(shapeRules), ...Object.keys(rewrites)].filter((name) => !name.startsWith('$')).sort(),
);
