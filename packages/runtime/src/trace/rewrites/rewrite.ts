import type { Attributes, Value } from '../graph';
import type { GraphBuilder } from '../graph-builder';

/** Expresses a kernel call by calls of other kernels, or by constants. @throws Error of tfjs if the operands do not fit */
export type Rewrite = (
  builder: GraphBuilder,
  inputs: Readonly<Record<string, Value>>,
  attributes: Attributes,
) => Value[];
