import type { ShapeRule } from '../infer';
import { arrangementShapes } from './arrangement';
import { elementwiseShapes } from './elementwise';
import { linearShapes } from './linear';
import { reductionShapes } from './reduction';

/** The shape rule of every kernel that can be traced. */
export const shapeRules: Readonly<Record<string, ShapeRule>> = {
  ...arrangementShapes,
  ...elementwiseShapes,
  ...linearShapes,
  ...reductionShapes,
};
