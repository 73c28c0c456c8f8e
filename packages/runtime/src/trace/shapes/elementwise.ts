import { backend_util, type DataType } from '@tensorflow/tfjs-core';
import type { DType, Value } from '../graph';
import type { ShapeRule } from '../infer';
import { supportedType } from '../supported-type';
import { broadcastShapes } from './broadcast';

/** The type that arithmetic on these types has: bools count as the integers 0 and 1. */
export function numericType(...types: readonly DType[]): DType {
  const widest = types.reduce((a, b) => backend_util.upcastType(a, b) as DType);
  return widest === 'bool' ? 'int32' : widest;
}

const typesOf = (inputs: Readonly<Record<string, Value>>) => Object.values(inputs).map(({ dtype }) => dtype);

/** Operands broadcast, and so does the result; its type is that of the operands unless given. */
const elementwise =
  (dtype?: DType): ShapeRule =>
  (inputs) => ({
    shape: broadcastShapes(...Object.values(inputs).map(({ shape }) => shape)),
    dtype: dtype ?? numericType(...typesOf(inputs)),
  });

const all = (names: readonly string[], rule: ShapeRule) =>
  Object.fromEntries(names.map((name) => [name, rule]));

/** Kernels that work element by element. */
export const elementwiseShapes: Record<string, ShapeRule> = {
  ...all(['Abs', 'Ceil', 'Floor', 'Neg', 'Relu', 'Round', 'Sign', 'Square', 'ClipByValue'], elementwise()),
  ...all(['Acos', 'Acosh', 'Asin', 'Asinh', 'Atan', 'Atanh'], elementwise()),
  ...all(['Cos', 'Cosh', 'Sin', 'Sinh', 'Tan', 'Tanh'], elementwise()),
  ...all(['Elu', 'Erf', 'Expm1', 'Log', 'Log1p', 'Reciprocal', 'Selu'], elementwise()),
  ...all(['Sigmoid', 'Softplus', 'Sqrt', '$unitStep'], elementwise()),
  ...all(['Exp', 'LeakyRelu', 'Prelu'], elementwise('float32')),
  ...all(['IsNan', 'IsInf', 'IsFinite', 'LogicalNot', 'LogicalAnd', 'LogicalOr'], elementwise('bool')),
  ...all(['Add', 'Sub', 'Multiply', 'RealDiv', 'Mod', 'Pow', 'Atan2', 'BitwiseAnd'], elementwise()),
  ...all(['Maximum', 'Minimum', 'AddN'], elementwise()),
  FloorDiv: elementwise('int32'),
  ...all(['Equal', 'Greater', 'GreaterEqual', 'Less', 'LessEqual'], elementwise('bool')),
  Cast: ({ x }, { dtype }) => ({ shape: x!.shape, dtype: supportedType(dtype as DataType) }),
  Select: ({ condition, t, e }) => ({
    shape: broadcastShapes(condition!.shape, t!.shape, e!.shape),
    dtype: backend_util.upcastType(t!.dtype, e!.dtype) as DType,
  }),
};
