import type { Node } from '../../trace/graph';
import type { Emitter, Name } from '../emitter';

/** Says how one tfjs kernel is computed by ONNX operators: emits them and returns the name of each output. */
export type Lowering = (onnx: Emitter, node: Node) => Name | Name[];
