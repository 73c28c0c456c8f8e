import type { DType, Node } from '../../trace/graph';
import { renamed } from '../../trace/renamed';
import { numericType } from '../../trace/shapes/elementwise';
import type { Emitter, Name } from '../emitter';
import { computingType, FLOATS, type Lowering, NUMBERS } from './lowering';
import { mathLowerings } from './mathematics';

/** One operand, in a type that the operator knows. */
const unary =
  (types: readonly DType[]) =>
  (op: string): Lowering =>
  (onnx, { inputs, outputs }) => {
    const type = computingType(inputs.x!.dtype, types);
    return onnx.cast(onnx.emit(op, [onnx.as(inputs.x!, type)]), type, outputs[0]!.dtype);
  };

/** Both operands, in one type that the operator knows. */
function operands(onnx: Emitter, { a, b }: Node['inputs'], types: readonly DType[]): [DType, Name, Name] {
  const wanted = a!.dtype === b!.dtype ? a!.dtype : numericType(a!.dtype, b!.dtype);
  const type = computingType(wanted, types);
  return [type, onnx.as(a!, type), onnx.as(b!, type)];
}

const binary =
  (types: readonly DType[]) =>
  (op: string): Lowering =>
  (onnx, { inputs, outputs }) => {
    const [type, a, b] = operands(onnx, inputs, types);
    return onnx.cast(onnx.emit(op, [a, b]), type, outputs[0]!.dtype);
  };

/** Like {@link binary}; the result says yes or no. */
const comparison =
  (types: readonly DType[]) =>
  (op: string): Lowering =>
  (onnx, { inputs }) => {
    const [, a, b] = operands(onnx, inputs, types);
    return onnx.emit(op, [a, b]);
  };

/** a − b⌊a / b⌋: the sign of b, where C's remainder has the sign of a. */
function floorMod(onnx: Emitter, a: Name, b: Name, type: DType): Name {
  if (type === 'int32') return onnx.emit('Mod', [a, b]);
  const rest = onnx.emit('Mod', [a, b], { attributes: { fmod: { int: 1 } } });
  const isOther = onnx.emit('Less', [onnx.emit('Mul', [rest, b]), onnx.scalar(0)]);
  return onnx.emit('Where', [isOther, onnx.emit('Add', [rest, b]), rest]);
}

const floorDiv: Lowering = (onnx, { inputs }) => {
  const [type, a, b] = operands(onnx, inputs, NUMBERS);
  if (type === 'float32') {
    return onnx.cast(onnx.emit('Floor', [onnx.emit('Div', [a, b])]), 'float32', 'int32');
  }
  // Integer division rounds towards zero, so the remainder is subtracted first.
  return onnx.emit('Div', [onnx.emit('Sub', [a, floorMod(onnx, a, b, type)]), b]);
};

/** The first operand where the condition holds, else the second. */
const select: Lowering = (onnx, { inputs: { condition, t, e }, outputs }) => {
  const { dtype } = outputs[0]!;
  // onnxruntime selects among numbers only.
  const type = dtype === 'bool' ? 'uint8' : dtype;
  const chosen = onnx.emit('Where', [onnx.as(condition!, 'bool'), onnx.as(t!, type), onnx.as(e!, type)]);
  return onnx.cast(chosen, type, dtype);
};

const clip: Lowering = (onnx, { inputs, attributes, outputs }) => {
  const { dtype } = outputs[0]!;
  const bound = (name: string) => onnx.constant([attributes[name] as number], [], dtype);
  return onnx.emit('Clip', [onnx.as(inputs.x!, dtype), bound('clipValueMin'), bound('clipValueMax')]);
};

const square: Lowering = (onnx, { inputs, outputs }) => {
  const x = onnx.as(inputs.x!, outputs[0]!.dtype);
  return onnx.emit('Mul', [x, x]);
};

/** Adds up any number of operands. */
const sum: Lowering = (onnx, { inputs, outputs }) => {
  const { dtype } = outputs[0]!;
  const names = Object.values(inputs).map((value) => onnx.as(value, dtype));
  if (dtype === 'float32' && names.length > 2) return onnx.emit('Sum', names);
  return names.reduce((a, b) => onnx.emit('Add', [a, b]));
};

const ALL: readonly DType[] = ['float32', 'int32', 'bool'];

/** Elementwise kernels. */
export const elementwiseLowerings: Record<string, Lowering> = {
  ...mathLowerings,
  ...renamed({ Abs: 'Abs', Neg: 'Neg', Relu: 'Relu', Sign: 'Sign' }, unary(NUMBERS)),
  ...renamed({ Ceil: 'Ceil', Floor: 'Floor', Round: 'Round', Reciprocal: 'Reciprocal' }, unary(FLOATS)),
  ...renamed({ LogicalNot: 'Not' }, unary(['bool'])),
  ...renamed(
    { Add: 'Add', Sub: 'Sub', Multiply: 'Mul', Pow: 'Pow', Maximum: 'Max', Minimum: 'Min' },
    binary(NUMBERS),
  ),
  ...renamed({ RealDiv: 'Div' }, binary(FLOATS)),
  ...renamed({ BitwiseAnd: 'BitwiseAnd' }, binary(['int32'])),
  ...renamed({ Equal: 'Equal' }, comparison(ALL)),
  ...renamed({ LogicalAnd: 'And', LogicalOr: 'Or' }, comparison(['bool'])),
  ...renamed(
    { Greater: 'Greater', GreaterEqual: 'GreaterOrEqual', Less: 'Less', LessEqual: 'LessOrEqual' },
    comparison(['int32', 'float32']),
  ),
  Mod: (onnx, { inputs }) => {
    const [type, a, b] = operands(onnx, inputs, NUMBERS);
    return floorMod(onnx, a, b, type);
  },
  FloorDiv: floorDiv,
  AddN: sum,
  Cast: (onnx, { inputs, outputs }) => onnx.as(inputs.x!, outputs[0]!.dtype),
  ClipByValue: clip,
  Square: square,
  Select: select,
};
