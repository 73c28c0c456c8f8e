import type { Attributes, Value, ValueSpec } from './graph';
import { shapeRules } from './shapes/index';

/** Says which values a kernel makes from which operands. @throws Error of tfjs if they do not fit */
export type ShapeRule = (
  inputs: Readonly<Record<string, Value>>,
  attributes: Attributes,
) => ValueSpec | ValueSpec[];

/** Shapes and types of what a kernel makes. */
export function inferOutputs(
  kernel: string,
  inputs: Readonly<Record<string, Value>>,
  attributes: Attributes,
): ValueSpec[] {
  const rule = shapeRules[kernel];
  if (rule === undefined) throw new Error(`no shape rule for ${kernel}`);
  const made = rule(inputs, attributes);
  return Array.isArray(made) ? made : [made];
}
