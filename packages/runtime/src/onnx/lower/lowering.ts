import type { DType, Node } from '../../trace/graph';
import type { Emitter, Name } from '../emitter';

/** Says how one tfjs kernel is computed by ONNX operators: emits them and returns the name of each output. */
export type Lowering = (onnx: Emitter, node: Node) => Name | Name[];

/** Types that most arithmetic operators of onnxruntime compute with. */
export const NUMBERS: readonly DType[] = ['float32', 'int32'];

/** Floats only, as for most functions. */
export const FLOATS: readonly DType[] = ['float32'];

/** The type to compute in: `wanted` if the operator knows it, else the first that it knows. */
export function computingType(wanted: DType, known: readonly DType[]): DType {
  return known.includes(wanted) ? wanted : known[0]!;
}
