import type { DType, Value } from '../graph';
import type { ShapeRule } from '../infer';
import { broadcastShapes } from './broadcast';

const one =
  (dtype?: DType): ShapeRule =>
  ({ x }) => ({ shape: x!.shape, dtype: dtype ?? x!.dtype });

const two =
  (dtype?: DType): ShapeRule =>
  ({ a, b }) => ({ shape: broadcastShapes(a!.shape, b!.shape), dtype: dtype ?? arithmeticType(a!, b!) });

/** tfjs computes with bool as with int32. */
function arithmeticType(a: Value, b: Value): DType {
  if (a.dtype === 'float32' || b.dtype === 'float32') return 'float32';
  return a.dtype === 'int32' || b.dtype === 'int32' ? 'int32' : 'bool';
}

const all = (names: readonly string[], rule: ShapeRule) =>
  Object.fromEntries(names.map((name) => [name, rule]));

/** Kernels that work element by element. */
export const elementwiseShapes: Record<string, ShapeRule> = {
  ...all(
    ['Abs', 'Ceil', 'Floor', 'Neg', 'Relu', 'Relu6', 'Round', 'Sign', 'Square', 'Step', 'ClipByValue'],
    one(),
  ),
  ...all(
    ['Acos', 'Acosh', 'Asin', 'Asinh', 'Atan', 'Atanh', 'Cos', 'Cosh', 'Sin', 'Sinh', 'Tan', 'Tanh'],
    one(),
  ),
  ...all(['Elu', 'Erf', 'Exp', 'Expm1', 'LeakyRelu', 'Log', 'Log1p', 'Reciprocal', 'Rsqrt', 'Selu'], one()),
  ...all(['Sigmoid', 'Softplus', 'Sqrt', 'Identity', 'ZerosLike', 'OnesLike'], one()),
  ...all(['IsNan', 'IsInf', 'IsFinite', 'LogicalNot'], one('bool')),
  ...all(['Add', 'Sub', 'Multiply', 'RealDiv', 'FloorDiv', 'Mod', 'Pow'], two()),
  ...all(['Maximum', 'Minimum', 'SquaredDifference', 'Atan2'], two()),
  ...all(['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual'], two('bool')),
  ...all(['LogicalAnd', 'LogicalOr'], two('bool')),
  AddN: (inputs) => {
    const [first] = Object.values(inputs);
    return { shape: first!.shape, dtype: first!.dtype };
  },
  Cast: ({ x }, { dtype }) => ({ shape: x!.shape, dtype: dtype as DType }),
  EluGrad: ({ y }) => ({ shape: y!.shape, dtype: 'float32' }),
  Prelu: ({ x, alpha }) => ({ shape: broadcastShapes(x!.shape, alpha!.shape), dtype: 'float32' }),
  Select: ({ condition, t }) => ({
    shape: condition!.shape.length === 1 ? t!.shape : broadcastShapes(condition!.shape, t!.shape),
    dtype: t!.dtype,
  }),
  Fill: (_, { shape, dtype }) => ({ shape: shape as number[], dtype: (dtype as DType) ?? 'float32' }),
};
