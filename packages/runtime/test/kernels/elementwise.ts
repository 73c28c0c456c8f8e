import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import type { Operand, TensorFunction } from '../run-compiled';
import { anyShape, boolsOf, broadcastShapes, floatsOf, intsOf, type Numbers } from './draw';
import { describeSample, type KernelCase, type Sample, samples } from './kernel-case';

type Type = Operand['dtype'];

interface Options extends Numbers, Pick<KernelCase, 'absolute' | 'relative'> {
  readonly types?: readonly Type[];
  /** Numbers that only the forward pass gets. @default NaN, the infinities and 0 */
  readonly nonFinite?: readonly number[];
  /** What to call, if it is not simply the tfjs function. */
  readonly fn?: TensorFunction;
}

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

/** The public function of tfjs with this name. */
const functionOf = (name: string) => (tf as unknown as Record<string, TensorFunction>)[name]!;

function operandOf(shape: readonly number[], type: Type, numbers?: Numbers): fc.Arbitrary<Operand> {
  if (type === 'bool') return boolsOf(shape);
  return type === 'int32' ? intsOf(shape) : floatsOf(shape, numbers);
}

/** Operands of these shapes, all of one type. */
const alike = (shapes: fc.Arbitrary<number[][]>, types: readonly Type[], numbers: readonly Numbers[]) =>
  fc
    .tuple(shapes, fc.constantFrom(...types))
    .chain(([all, type]) => fc.tuple(...all.map((shape, i) => operandOf(shape, type, numbers[i]))));

/** A function of one operand. Numbers that are not finite are for the forward pass only. */
function unary(kernel: string, name: string, options: Options = {}): KernelCase {
  const { types = ['float32'], fn = functionOf(name), absolute, relative, ...more } = options;
  const { nonFinite = [nan, infinity, -infinity, 0], ...numbers } = more;
  const shapes = anyShape().map((shape) => [shape]);
  const special = { ...numbers, special: nonFinite };
  return {
    kernel,
    call: `tf.${name}`,
    samples: fc.oneof(
      { weight: 4, arbitrary: samples(alike(shapes, types, [numbers]), fn) },
      {
        weight: types.includes('float32') ? 1 : 0,
        arbitrary: samples(alike(shapes, ['float32'], [special]), fn, { differentiable: [] }),
      },
    ),
    ...(absolute === undefined ? {} : { absolute }),
    ...(relative === undefined ? {} : { relative }),
  };
}

/** A function of two operands that broadcast. */
function binary(kernel: string, name: string, options: Options = {}, second?: Numbers): KernelCase {
  const { types = ['float32', 'int32'], fn = functionOf(name), ...numbers } = options;
  return {
    kernel,
    call: `tf.${name}`,
    samples: alike(broadcastShapes(2, { toNothing: true }), types, [numbers, second ?? numbers]).map(
      (operands) => broadcastSample(operands, fn),
    ),
  };
}

/** tfjs cannot add up a gradient along an axis of length 0. */
function broadcastSample(operands: readonly Operand[], fn: TensorFunction): Sample {
  const isStretchedToNothing = new Set(operands.map(({ values }) => values.length === 0)).size > 1;
  return describeSample({ operands, fn, ...(isStretchedToNothing ? { differentiable: [] } : {}) });
}

const ANY: readonly Type[] = ['float32', 'int32', 'bool'];
const NUMBERS: readonly Type[] = ['float32', 'int32'];
const POSITIVE = { between: [0.1, 4] } as const;
const INSIDE = { between: [-0.95, 0.95] } as const;
/** Away from 0, so that quotients and their gradients stay small; integers are never 0 either. */
const DIVISOR = { between: [0.5, 4], special: [-1, -2, -3] } as const;

const divisors = (shape: readonly number[], type: Type) =>
  type === 'int32'
    ? intsOf(shape, [1, 4]).map((b) => ({ ...b, values: b.values.map((v, i) => (i % 2 === 0 ? v : -v)) }))
    : floatsOf(shape, DIVISOR);

/** A quotient, or what is left of one. */
const quotient = (kernel: string, name: string, types: readonly Type[], fn = functionOf(name)) => ({
  kernel,
  call: `tf.${name}`,
  samples: fc
    .tuple(broadcastShapes(2, { toNothing: true }), fc.constantFrom(...types))
    .chain(([[a, b], type]) => fc.tuple(operandOf(a!, type, { special: [] }), divisors(b!, type)))
    .map((operands) => broadcastSample(operands, fn)),
});

const functions: KernelCase[] = [
  unary('Abs', 'abs', { types: NUMBERS }),
  unary('Acos', 'acos', INSIDE),
  unary('Acosh', 'acosh', { between: [1.1, 5] }),
  unary('Asin', 'asin', INSIDE),
  unary('Asinh', 'asinh'),
  unary('Atan', 'atan', { types: NUMBERS }),
  unary('Atanh', 'atanh', INSIDE),
  unary('Ceil', 'ceil'),
  unary('Cos', 'cos'),
  unary('Cosh', 'cosh'),
  unary('Elu', 'elu'),
  // tfjs-cpu uses a polynomial that is off by up to 1.5e-7 (Abramowitz and Stegun 7.1.26).
  unary('Erf', 'erf'),
  unary('Exp', 'exp', { types: NUMBERS }),
  // Close to 0, where eˣ − 1 would lose its digits, and where it overflows; held to the relative bound alone.
  unary('Expm1', 'expm1', { between: [-3, 30], special: [1e-6, -1e-4, 0], absolute: 1e-12 }),
  unary('Floor', 'floor'),
  unary('Identity', 'clone', { types: ANY }),
  unary('IsFinite', 'isFinite', { types: NUMBERS }),
  unary('IsInf', 'isInf', { types: NUMBERS }),
  unary('IsNan', 'isNaN', { types: NUMBERS }),
  unary('LeakyRelu', 'leakyRelu', { fn: (x) => tf.leakyRelu(x!, 0.3) }),
  unary('Log', 'log', POSITIVE),
  unary('Log1p', 'log1p', { between: [-0.9, 30], special: [1e-6, -1e-4, 0], absolute: 1e-12 }),
  unary('LogicalNot', 'logicalNot', { types: ['bool'] }),
  unary('Neg', 'neg', { types: NUMBERS }),
  unary('OnesLike', 'onesLike', { types: ANY }),
  unary('Reciprocal', 'reciprocal', { between: [0.3, 3], special: [-0.5, -2] }),
  unary('Relu', 'relu', { types: NUMBERS }),
  unary('Relu6', 'relu6', { between: [-3, 9], special: [0, 6] }),
  unary('Round', 'round', { special: [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5] }),
  unary('Rsqrt', 'rsqrt', POSITIVE),
  unary('Selu', 'selu'),
  unary('Sigmoid', 'sigmoid', { between: [-9, 9] }),
  // The sign of NaN is 0 in tfjs-cpu and NaN in onnxruntime.
  unary('Sign', 'sign', { types: NUMBERS, nonFinite: [infinity, -infinity, 0] }),
  unary('Sin', 'sin'),
  unary('Sinh', 'sinh'),
  unary('Softplus', 'softplus', { between: [-20, 20] }),
  unary('Sqrt', 'sqrt', POSITIVE),
  unary('Square', 'square', { types: NUMBERS }),
  // With a slope of its own below 0, NaN counts as not positive.
  unary('Step', 'step', { fn: (x) => [tf.step(x!), tf.step(x!, 0.3)], nonFinite: [infinity, -infinity, 0] }),
  unary('Tan', 'tan', { between: [-1.4, 1.4] }),
  unary('Tanh', 'tanh'),
  unary('ZerosLike', 'zerosLike', { types: ANY }),
];

const operators: KernelCase[] = [
  binary('Add', 'add'),
  binary('Sub', 'sub'),
  binary('Multiply', 'mul'),
  quotient('RealDiv', 'div', ['float32']),
  quotient('FloorDiv', 'floorDiv', NUMBERS),
  quotient('Mod', 'mod', NUMBERS),
  binary('Pow', 'pow', { types: ['float32'], between: [0.1, 3] }, { between: [-2, 2] }),
  binary('Maximum', 'maximum'),
  binary('Minimum', 'minimum'),
  binary('SquaredDifference', 'squaredDifference'),
  // Both operands 0 has a value but no gradient.
  binary('Atan2', 'atan2', { types: ['float32'], special: [] }, { special: [] }),
  binary('Equal', 'equal', { types: ANY, special: [1, 2, nan] }),
  binary('NotEqual', 'notEqual', { types: ANY, special: [1, 2, nan] }),
  binary('Greater', 'greater', { types: ANY, special: [1, 2, nan] }),
  binary('GreaterEqual', 'greaterEqual', { types: ANY, special: [1, 2, nan] }),
  binary('Less', 'less', { types: ANY, special: [1, 2, nan] }),
  binary('LessEqual', 'lessEqual', { types: ANY, special: [1, 2, nan] }),
  binary('LogicalAnd', 'logicalAnd', { types: ['bool'] }),
  binary('LogicalOr', 'logicalOr', { types: ['bool'] }),
];

/** Two operands of one shape. */
const twice = (types: readonly Type[], numbers: readonly Numbers[] = []) =>
  alike(
    anyShape().map((shape) => [shape, shape]),
    types,
    numbers,
  );

/** Kernels with operands of their own kind. */
const others: KernelCase[] = [
  {
    kernel: 'AddN',
    call: 'tf.addN',
    samples: fc.tuple(anyShape(), fc.integer({ min: 1, max: 4 })).chain(([shape, count]) =>
      // Ones are a constant, which broadcasts.
      samples(alike(fc.constant(Array<number[]>(count).fill(shape)), NUMBERS, []), (...xs) =>
        tf.addN([...xs, tf.onesLike(xs[0]!)]),
      ),
    ),
  },
  {
    kernel: 'BitwiseAnd',
    call: 'tf.bitwiseAnd',
    samples: samples(twice(['int32']), (a, b) => tf.bitwiseAnd(a!, b!)),
  },
  {
    kernel: 'Cast',
    call: 'tf.cast',
    samples: fc.tuple(fc.constantFrom(...ANY), fc.constantFrom(...ANY)).chain(([from, to]) =>
      samples(
        alike(
          anyShape().map((shape) => [shape]),
          [from],
          [],
        ),
        (x) => tf.cast(x!, to),
      ),
    ),
  },
  {
    kernel: 'ClipByValue',
    call: 'tf.clipByValue',
    samples: samples(
      alike(
        anyShape().map((shape) => [shape]),
        NUMBERS,
        [{ special: [-1, 2] }],
      ),
      (x) => tf.clipByValue(x!, -1, 2),
    ),
  },
  {
    kernel: 'EluGrad',
    call: 'gradient of tf.elu',
    samples: samples(
      twice(['float32'], [{}, { between: [-1, 2] }]),
      (dy, y) => tf.engine().runKernel('EluGrad', { dy: dy!, y: y! }) as tf.Tensor,
    ),
  },
  {
    kernel: 'FusedBatchNorm',
    call: 'tf.batchNorm',
    samples: anyShape({ minRank: 2, maxRank: 4 }).chain((shape) => {
      const row = [shape.at(-1)!];
      const operands = [shape, row, row, row, row].map((s, i) => floatsOf(s, i === 2 ? POSITIVE : {}));
      return samples(fc.tuple(...operands), (x, mean, variance, offset, scale) =>
        tf.batchNorm(
          x as tf.Tensor4D,
          mean as tf.Tensor1D,
          variance as tf.Tensor1D,
          offset as tf.Tensor1D,
          scale as tf.Tensor1D,
          0.01,
        ),
      );
    }),
  },
  {
    kernel: 'Prelu',
    call: 'tf.prelu',
    samples: samples(alike(broadcastShapes(2), ['float32'], [{}, {}]), (x, alpha) => tf.prelu(x!, alpha!)),
  },
  {
    kernel: 'Select',
    call: 'tf.where',
    samples: fc
      .tuple(broadcastShapes(3), fc.constantFrom(...ANY), fc.constantFrom(...ANY))
      .chain(([[condition, t, e], left, right]) =>
        samples(fc.tuple(boolsOf(condition!), operandOf(t!, left), operandOf(e!, right)), (condition, t, e) =>
          tf.where(condition!, t!, e!),
        ),
      ),
  },
];

/** Cases of the kernels that work element by element. */
export const elementwiseCases: readonly KernelCase[] = [...functions, ...operators, ...others];
