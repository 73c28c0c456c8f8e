import { backend_util } from '@tensorflow/tfjs-core';
import { renamed } from '../../trace/renamed';
import type { Emitter, Name } from '../emitter';
import type { Lowering } from './lowering';

/** A function of one float; integers are converted, and so is the result. */
const real =
  (compute: (onnx: Emitter, x: Name) => Name): Lowering =>
  (onnx, { inputs, outputs }) =>
    onnx.cast(compute(onnx, onnx.as(inputs.x!, 'float32')), 'float32', outputs[0]!.dtype);

const named = (op: string) => real((onnx, x) => onnx.emit(op, [x]));

/** Like {@link real}, with yes or no as the answer. */
const test =
  (compute: (onnx: Emitter, x: Name) => Name): Lowering =>
  (onnx, { inputs }) =>
    compute(onnx, onnx.as(inputs.x!, 'float32'));

/** eˣ − 1 = tanh(x / 2) (eˣ + 1): exact near 0, where the plain difference cancels. */
function expm1(onnx: Emitter, x: Name): Name {
  const t = onnx.emit('Tanh', [onnx.emit('Mul', [x, onnx.scalar(0.5)])]);
  return onnx.emit('Mul', [t, onnx.emit('Add', [onnx.emit('Exp', [x]), onnx.scalar(1)])]);
}

/**
 * ln(1 + x) = ln u + (x − (u − 1)) / u with u = 1 + x rounded: the second term is what rounding took away
 * (Goldberg 1991, theorem 4, in another form). It is NaN where ln u is infinite, and then left out.
 */
function log1p(onnx: Emitter, x: Name): Name {
  const one = onnx.scalar(1);
  const u = onnx.emit('Add', [x, one]);
  const lost = onnx.emit('Sub', [x, onnx.emit('Sub', [u, one])]);
  const correction = onnx.emit('Div', [lost, u]);
  const isUndefined = onnx.emit('IsNaN', [correction]);
  return onnx.emit('Add', [
    onnx.emit('Log', [u]),
    onnx.emit('Where', [isUndefined, onnx.scalar(0), correction]),
  ]);
}

/** The angle of the point (b, a): arctan(a / b), half a turn away if b is negative. */
const atan2: Lowering = (onnx, { inputs, outputs }) => {
  const [a, b] = [onnx.as(inputs.a!, 'float32'), onnx.as(inputs.b!, 'float32')];
  const zero = onnx.scalar(0);
  const slope = onnx.emit('Atan', [onnx.emit('Div', [a, b])]);
  // Both may be 0, and 0 / 0 is NaN.
  const angle = onnx.emit('Where', [onnx.emit('Equal', [a, zero]), zero, slope]);
  const half = onnx.emit('Where', [
    onnx.emit('Less', [a, zero]),
    onnx.scalar(-Math.PI),
    onnx.scalar(Math.PI),
  ]);
  const turn = onnx.emit('Where', [onnx.emit('Less', [b, zero]), half, zero]);
  return onnx.cast(onnx.emit('Add', [angle, turn]), 'float32', outputs[0]!.dtype);
};

const selu = {
  alpha: { float: backend_util.SELU_SCALEALPHA / backend_util.SELU_SCALE },
  gamma: { float: backend_util.SELU_SCALE },
};

/** A slope so steep that max(0, min(1, slope · x)) is 1 for every positive float but the denormal ones, and 0 for the others. */
const STEEP = { float: 3e38 };

/** 1 where x > 0, else 0, in one pass: onnxruntime's Greater and Cast, or its Sign, take several times as long. */
const unitStep = real((onnx, x) =>
  onnx.emit('HardSigmoid', [x], { attributes: { alpha: STEEP, beta: { float: 0 } } }),
);

/** x, or alpha · x below zero; ONNX wants an alpha that broadcasts to x. */
const prelu: Lowering = (onnx, { inputs, outputs }) => {
  const [x, alpha] = [onnx.as(inputs.x!, 'float32'), onnx.as(inputs.alpha!, 'float32')];
  if (inputs.x!.shape.join() === outputs[0]!.shape.join()) return onnx.emit('PRelu', [x, alpha]);
  const isNegative = onnx.emit('Less', [x, onnx.scalar(0)]);
  return onnx.emit('Where', [isNegative, onnx.emit('Mul', [alpha, x]), x]);
};

/** Mathematical functions and activations. */
export const mathLowerings: Record<string, Lowering> = {
  ...renamed(
    { Acos: 'Acos', Acosh: 'Acosh', Asin: 'Asin', Asinh: 'Asinh', Atan: 'Atan', Atanh: 'Atanh' },
    named,
  ),
  ...renamed({ Cos: 'Cos', Cosh: 'Cosh', Sin: 'Sin', Sinh: 'Sinh', Tan: 'Tan', Tanh: 'Tanh' }, named),
  ...renamed({ Elu: 'Elu', Erf: 'Erf', Exp: 'Exp', Log: 'Log', Sigmoid: 'Sigmoid', Sqrt: 'Sqrt' }, named),
  ...renamed({ Softplus: 'Softplus' }, named),
  Expm1: real(expm1),
  Log1p: real(log1p),
  Atan2: atan2,
  Selu: real((onnx, x) => onnx.emit('Selu', [x], { attributes: selu })),
  LeakyRelu: (onnx, { inputs, attributes }) =>
    onnx.emit('LeakyRelu', [onnx.as(inputs.x!, 'float32')], {
      attributes: { alpha: { float: attributes.alpha as number } },
    }),
  Prelu: prelu,
  $unitStep: unitStep,
  IsNan: test((onnx, x) => onnx.emit('IsNaN', [x])),
  IsInf: test((onnx, x) => onnx.emit('IsInf', [x])),
  // NaN is not less than anything.
  IsFinite: test((onnx, x) => onnx.emit('Less', [onnx.emit('Abs', [x]), onnx.scalar(Infinity)])),
};
