import type { DType, Node, Value } from '../../trace/graph';
import type { Emitter, Name } from '../emitter';
import { onnxTypes } from '../model-writer';
import type { Lowering } from './lowering';

/** Converts the elements of a tensor. */
export function cast(onnx: Emitter, name: Name, to: DType): Name {
  return onnx.emit('Cast', [name], { attributes: { to: { int: onnxTypes[to] } } });
}

const unary =
  (op: string): Lowering =>
  (onnx, { inputs }) =>
    onnx.emit(op, [onnx.name(inputs.x!)]);

const binary =
  (op: string): Lowering =>
  (onnx, node) =>
    onnx.emit(op, operands(onnx, node));

/** Names of both operands; at most one of them is shrunk to a scalar, so that the result keeps its shape. */
function operands(onnx: Emitter, { inputs, outputs }: Node): [Name, Name] {
  const { a, b } = inputs;
  const shape = outputs[0]!.shape.join();
  if (a!.shape.join() === shape) return [onnx.name(a!), onnx.broadcastable(b!)];
  if (b!.shape.join() === shape) return [onnx.broadcastable(a!), onnx.name(b!)];
  return [onnx.name(a!), onnx.name(b!)];
}

const renamed = (pairs: Record<string, string>, make: (op: string) => Lowering) =>
  Object.fromEntries(Object.entries(pairs).map(([kernel, op]) => [kernel, make(op)]));

const isRectified = (node: Node) => {
  const { kernel, attributes } = node.inputs.x!.node;
  return kernel === 'Relu' || (kernel === '_FusedMatMul' && attributes.activation === 'relu');
};

/** Elementwise kernels. */
export const elementwiseLowerings: Record<string, Lowering> = {
  ...renamed(
    {
      Abs: 'Abs',
      Exp: 'Exp',
      Log: 'Log',
      Neg: 'Neg',
      Relu: 'Relu',
      Sigmoid: 'Sigmoid',
      Sqrt: 'Sqrt',
      Tanh: 'Tanh',
    },
    unary,
  ),
  ...renamed({ Add: 'Add', Sub: 'Sub', Multiply: 'Mul', RealDiv: 'Div', Pow: 'Pow' }, binary),
  ...renamed({ Maximum: 'Max', Minimum: 'Min' }, binary),
  ...renamed(
    { Greater: 'Greater', GreaterEqual: 'GreaterOrEqual', Less: 'Less', LessEqual: 'LessOrEqual' },
    binary,
  ),
  ...renamed({ Equal: 'Equal', LogicalAnd: 'And', LogicalOr: 'Or' }, binary),
  Cast: (onnx, { inputs, outputs }) => cast(onnx, onnx.name(inputs.x!), outputs[0]!.dtype),
  ClipByValue: (onnx, { inputs, attributes }) =>
    onnx.emit('Clip', [
      onnx.name(inputs.x!),
      onnx.constant([attributes.clipValueMin as number], [], inputs.x!.dtype),
      onnx.constant([attributes.clipValueMax as number], [], inputs.x!.dtype),
    ]),
  // e^x − 1 = 2t / (1 − t) with t = tanh(x / 2): exact near 0, where the plain difference cancels.
  Expm1: (onnx, { inputs }) => {
    const t = onnx.emit('Tanh', [onnx.emit('Mul', [onnx.name(inputs.x!), onnx.scalar(0.5)])]);
    return onnx.emit('Div', [onnx.emit('Mul', [t, onnx.scalar(2)]), onnx.emit('Sub', [onnx.scalar(1), t])]);
  },
  Square: (onnx, { inputs }) => onnx.emit('Mul', [onnx.name(inputs.x!), onnx.name(inputs.x!)]),
  SquaredDifference: (onnx, node) => {
    const difference = onnx.emit('Sub', operands(onnx, node));
    return onnx.emit('Mul', [difference, difference]);
  },
  Step: (onnx, node) => {
    const x = onnx.name(node.inputs.x!);
    const alpha = (node.attributes.alpha as number | undefined) ?? 0;
    // A rectified value is never negative, so its sign is its step.
    if (alpha === 0 && isRectified(node)) return onnx.emit('Sign', [x]);
    const positive = onnx.emit('Greater', [x, onnx.scalar(0)]);
    return alpha === 0
      ? cast(onnx, positive, 'float32')
      : onnx.emit('Where', [positive, onnx.scalar(1), onnx.scalar(alpha)]);
  },
  Select: (onnx, { inputs, outputs }) => {
    const { condition, t, e } = inputs;
    let mask = onnx.name(condition!);
    const missing = outputs[0]!.shape.length - condition!.shape.length;
    if (condition!.shape.length === 1 && missing > 0) {
      mask = onnx.emit('Reshape', [mask, onnx.ints([condition!.shape[0]!, ...Array(missing).fill(1)])]);
    }
    // A branch with equal elements is a scalar, as long as one operand still has the whole shape.
    const isWhole = (value: Value) => value.shape.join() === outputs[0]!.shape.join();
    const yes = isWhole(condition!) || isWhole(e!) ? onnx.broadcastable(t!) : onnx.name(t!);
    const no = isWhole(condition!) ? onnx.broadcastable(e!) : onnx.name(e!);
    return onnx.emit('Where', [mask, yes, no]);
  },
};
