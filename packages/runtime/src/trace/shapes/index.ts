import type { ShapeRule } from '../infer';
import { arrangementShapes } from './arrangement';
import { elementwiseShapes } from './elementwise';
import { indexingShapes } from './indexing';
import { linearShapes } from './linear';
import { reductionShapes } from './reduction';

/** The shape rule of every kernel that nodes of a graph may have. */
export const shapeRules: Readonly<Record<string, ShapeRule>> = {
  ...arrangementShapes,
  ...elementwiseShapes,
  ...indexingShapes,
  ...linearShapes,
  ...reductionShapes,
};
