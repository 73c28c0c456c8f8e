import type { DType, Node } from '../../trace/graph';
import { numericType } from '../../trace/shapes/elementwise';
import type { Emitter } from '../emitter';
import type { Tensor } from '../types';

/** Says how one tfjs kernel is computed by StableHLO operators: emits them and returns each output. */
export type Lowering = (hlo: Emitter, node: Node) => Tensor | Tensor[];

/** Operands `a` and `b` in one type that `known` has, repeated to the shape of the result. */
export function operands(hlo: Emitter, node: Node, known: readonly DType[]): [Tensor, Tensor] {
  const { a, b } = node.inputs;
  const common = a!.dtype === b!.dtype ? a!.dtype : numericType(a!.dtype, b!.dtype);
  const type = known.includes(common) ? common : known[0]!;
  const { shape } = node.outputs[0]!;
  return [hlo.broadcast(hlo.tensor(a!, type), shape), hlo.broadcast(hlo.tensor(b!, type), shape)];
}
