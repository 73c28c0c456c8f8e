import type { Attributes, Value, ValueSpec } from './graph';
import { shapeRules } from './shapes/index';

/** Infers the outputs of a kernel from its operands. @throws Error of tfjs if they do not fit */
export type ShapeRule = (
  inputs: Readonly<Record<string, Value>>,
  attributes: Attributes,
) => ValueSpec | ValueSpec[];

/** Shapes and types of a kernel's outputs. */
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
