import type { Node, Value } from '../../trace/graph';
import type { GraphBuilder } from '../../trace/graph-builder';
import { reshape } from '../../trace/rewrites/arrangement';

/** An operand of a call in a graph of several copies. */
export interface Operand {
  /** [copies, …shape], or [...shape] if all copies share it. */
  readonly value: Value;
  /** Its shape in one copy. */
  readonly shape: readonly number[];
  readonly isStacked: boolean;
}

/** A graph of several copies, as it grows. */
export interface Stack {
  readonly builder: GraphBuilder;
  /** How many copies. */
  readonly count: number;
}

/** A kernel call to compute for several copies. */
export interface StackedCall extends Stack {
  /** The call of one copy. */
  readonly node: Node;
  /** Its operands by name; one of them at least is stacked. */
  readonly operands: Readonly<Record<string, Operand>>;
}

/** Computes a call for all copies: its outputs, each with a leading axis of copies. */
export type StackRule = (call: StackedCall) => Value[];

/** Makes rules of the same kind for several kernels. */
export const forAll = (kernels: readonly string[], rule: StackRule): Record<string, StackRule> =>
  Object.fromEntries(kernels.map((kernel) => [kernel, rule]));

/** The operand with a leading axis of copies: repeated if they share it. */
export function repeated({ builder, count }: Stack, { value, shape, isStacked }: Operand): Value {
  return isStacked ? value : builder.call('BroadcastTo', { x: value }, { shape: [count, ...shape] });
}

/**
 * The operand as it broadcasts with others whose copies have this rank: ones follow the axis of copies. What is shared
 * broadcasts as it is.
 */
export function aligned({ builder, count }: Stack, operand: Operand, rank: number): Value {
  const { value, shape, isStacked } = operand;
  if (!isStacked) return value;
  return reshape(builder, value, [count, ...Array<number>(rank - shape.length).fill(1), ...shape]);
}
