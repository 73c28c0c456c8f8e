import { type Attributes, splatOf, type Value, type ValueSpec } from '../graph';
import type { GraphBuilder } from '../graph-builder';

/** A kernel call that is about to become a node. */
export interface Call {
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, Value>>;
  readonly attributes: Attributes;
  /** Shapes and types of its outputs. */
  readonly specs: readonly ValueSpec[];
}

/** Finds cheaper values that equal the outputs of a call, if there are any. */
export type Rule = (builder: GraphBuilder, call: Call) => Value[] | undefined;

/** True if both shapes are equal. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, i) => length === b[i]);
}

/** True if a value has this shape and type. */
export function isSame(value: Value, spec: ValueSpec): boolean {
  return value.dtype === spec.dtype && sameShape(value.shape, spec.shape);
}

/** A splat constant under another shape or type, or undefined if `value` is not one. */
export function respread(builder: GraphBuilder, value: Value, spec: ValueSpec): Value[] | undefined {
  const splat = splatOf(value);
  if (splat === undefined) return undefined;
  return [builder.constant([spec.dtype === 'bool' ? Number(splat !== 0) : splat], spec)];
}
