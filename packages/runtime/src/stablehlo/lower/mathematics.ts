import { backend_util } from '@tensorflow/tfjs-core';
import { renamed } from '../../trace/renamed';
import type { Emitter } from '../emitter';
import { elementTypes, type Tensor } from '../types';
import { type Lowering, operands } from './lowering';

/** A function of one float; integers are converted, and so is the result. */
const real =
  (compute: (hlo: Emitter, x: Tensor) => Tensor): Lowering =>
  (hlo, { inputs, outputs }) =>
    hlo.convert(compute(hlo, hlo.tensor(inputs.x!, 'float32')), elementTypes[outputs[0]!.dtype]);

const named = (op: string) => real((hlo, x) => hlo.elementwise(op, x));

/** Like {@link real}, with yes or no as the answer. */
const test =
  (compute: (hlo: Emitter, x: Tensor) => Tensor): Lowering =>
  (hlo, { inputs }) =>
    compute(hlo, hlo.tensor(inputs.x!, 'float32'));

const add = (hlo: Emitter, a: Tensor, b: Tensor) => hlo.elementwise('add', a, b);
const subtract = (hlo: Emitter, a: Tensor, b: Tensor) => hlo.elementwise('subtract', a, b);
const multiply = (hlo: Emitter, a: Tensor, b: Tensor) => hlo.elementwise('multiply', a, b);
const times = (hlo: Emitter, x: Tensor, factor: number) => multiply(hlo, x, hlo.like(x, factor));

/** √(1 − x²), without cancelling near ±1. */
function opposite(hlo: Emitter, x: Tensor): Tensor {
  const one = hlo.like(x, 1);
  return hlo.elementwise('sqrt', multiply(hlo, subtract(hlo, one, x), add(hlo, one, x)));
}

/** arcsin x = 2 arctan(x / (1 + √(1 − x²))). */
function asin(hlo: Emitter, x: Tensor): Tensor {
  return times(hlo, hlo.elementwise('atan2', x, add(hlo, hlo.like(x, 1), opposite(hlo, x))), 2);
}

/** arccos x = 2 arctan(√(1 − x²) / (1 + x)), where −1 is a quotient of zeros. */
function acos(hlo: Emitter, x: Tensor): Tensor {
  const angle = hlo.elementwise('atan2', opposite(hlo, x), add(hlo, hlo.like(x, 1), x));
  return hlo.select(hlo.compare('EQ', x, hlo.like(x, -1)), hlo.like(x, Math.PI), times(hlo, angle, 2));
}

/** Squares of larger numbers overflow; there ln(x + √(x² ± 1)) is ln 2x. */
const HUGE = 1e10;

const logOfTwice = (hlo: Emitter, x: Tensor) => add(hlo, hlo.elementwise('log', x), hlo.like(x, Math.LN2));

/** arsinh x = sign(x) ln(1 + |x| + x² / (1 + √(x² + 1))). */
function asinh(hlo: Emitter, x: Tensor): Tensor {
  const one = hlo.like(x, 1);
  const size = hlo.elementwise('abs', x);
  const square = multiply(hlo, x, x);
  const root = hlo.elementwise('sqrt', add(hlo, square, one));
  const over = hlo.elementwise('divide', square, add(hlo, one, root));
  const exact = hlo.elementwise('log_plus_one', add(hlo, size, over));
  const isHuge = hlo.compare('GT', size, hlo.like(x, HUGE));
  return multiply(hlo, hlo.elementwise('sign', x), hlo.select(isHuge, logOfTwice(hlo, size), exact));
}

/** arcosh x = ln(1 + (x − 1) + √((x − 1)(x + 1))). */
function acosh(hlo: Emitter, x: Tensor): Tensor {
  const one = hlo.like(x, 1);
  const above = subtract(hlo, x, one);
  const root = hlo.elementwise('sqrt', multiply(hlo, above, add(hlo, x, one)));
  const exact = hlo.elementwise('log_plus_one', add(hlo, above, root));
  return hlo.select(hlo.compare('GT', x, hlo.like(x, HUGE)), logOfTwice(hlo, x), exact);
}

/** artanh x = (ln(1 + x) − ln(1 − x)) / 2. */
function atanh(hlo: Emitter, x: Tensor): Tensor {
  const minus = hlo.elementwise('log_plus_one', hlo.elementwise('negate', x));
  return times(hlo, subtract(hlo, hlo.elementwise('log_plus_one', x), minus), 0.5);
}

/** eˣ / 2 as e^(x − ln 2), which overflows as late as the whole. */
const halfExp = (hlo: Emitter, x: Tensor) =>
  hlo.elementwise('exponential', subtract(hlo, x, hlo.like(x, Math.LN2)));

const cosh = (hlo: Emitter, x: Tensor) =>
  add(hlo, halfExp(hlo, x), halfExp(hlo, hlo.elementwise('negate', x)));

/** sinh x: a difference of exponentials, which cancels near 0; there (u + u / (u + 1)) / 2 with u = eˣ − 1. */
function sinh(hlo: Emitter, x: Tensor): Tensor {
  const one = hlo.like(x, 1);
  const u = hlo.elementwise('exponential_minus_one', x);
  const small = times(hlo, add(hlo, u, hlo.elementwise('divide', u, add(hlo, u, one))), 0.5);
  const large = subtract(hlo, halfExp(hlo, x), halfExp(hlo, hlo.elementwise('negate', x)));
  return hlo.select(hlo.compare('LT', hlo.elementwise('abs', x), one), small, large);
}

/** Numerator and denominator of a rational approximation of erf by odd polynomials, highest power first (Eigen). */
const ERF = {
  numerator: [2.29050659e-4, 3.40829101e-3, 5.09556951e-2, 0.185208322, 1.12837914],
  denominator: [-1.1791603e-7, 2.35479665e-5, 1.01796253e-3, 1.40704702e-2, 0.110985052, 0.497469251, 1],
  /** From here on, erf is 1 in float32. */
  limit: 3.74392116,
};

function polynomial(hlo: Emitter, x: Tensor, coefficients: readonly number[]): Tensor {
  const [first, ...rest] = coefficients;
  return rest.reduce(
    (sum, coefficient) => add(hlo, multiply(hlo, sum, x), hlo.like(x, coefficient)),
    hlo.like(x, first!),
  );
}

function erf(hlo: Emitter, x: Tensor): Tensor {
  const { limit, numerator, denominator } = ERF;
  const inside = hlo.elementwise('clamp', hlo.like(x, -limit), x, hlo.like(x, limit));
  const square = multiply(hlo, inside, inside);
  const top = multiply(hlo, inside, polynomial(hlo, square, numerator));
  return hlo.elementwise('divide', top, polynomial(hlo, square, denominator));
}

/** ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|). */
function softplus(hlo: Emitter, x: Tensor): Tensor {
  const small = hlo.elementwise('exponential', hlo.elementwise('negate', hlo.elementwise('abs', x)));
  return add(hlo, hlo.elementwise('maximum', x, hlo.like(x, 0)), hlo.elementwise('log_plus_one', small));
}

const isPositive = (hlo: Emitter, x: Tensor) => hlo.compare('GT', x, hlo.like(x, 0));

/** scale · x above zero, else scale · alpha · (eˣ − 1). */
const exponentialLinear = (alpha: number, scale: number) =>
  real((hlo, x) => {
    const below = hlo.elementwise('exponential_minus_one', x);
    const scaled = (y: Tensor, factor: number) => (factor === 1 ? y : times(hlo, y, factor));
    return hlo.select(isPositive(hlo, x), scaled(x, scale), scaled(below, alpha));
  });

/** x, or slope · x below zero. */
const leaky = (hlo: Emitter, x: Tensor, slope: Tensor) =>
  hlo.select(hlo.compare('LT', x, hlo.like(x, 0)), multiply(hlo, slope, x), x);

/** Mathematical functions and activations. */
export const mathLowerings: Record<string, Lowering> = {
  ...renamed({ Cos: 'cosine', Sin: 'sine', Tan: 'tan', Tanh: 'tanh' }, named),
  ...renamed({ Exp: 'exponential', Log: 'log', Sqrt: 'sqrt', Sigmoid: 'logistic' }, named),
  ...renamed({ Expm1: 'exponential_minus_one', Log1p: 'log_plus_one' }, named),
  Acos: real(acos),
  Acosh: real(acosh),
  Asin: real(asin),
  Asinh: real(asinh),
  Atan: real((hlo, x) => hlo.elementwise('atan2', x, hlo.like(x, 1))),
  Atanh: real(atanh),
  Cosh: real(cosh),
  Sinh: real(sinh),
  Erf: real(erf),
  Reciprocal: real((hlo, x) => hlo.elementwise('divide', hlo.like(x, 1), x)),
  Softplus: real(softplus),
  Elu: exponentialLinear(1, 1),
  Selu: exponentialLinear(backend_util.SELU_SCALEALPHA, backend_util.SELU_SCALE),
  Atan2: (hlo, node) =>
    hlo.convert(
      hlo.elementwise('atan2', ...operands(hlo, node, ['float32'])),
      elementTypes[node.outputs[0]!.dtype],
    ),
  LeakyRelu: (hlo, { inputs, attributes }) => {
    const x = hlo.tensor(inputs.x!, 'float32');
    return leaky(hlo, x, hlo.like(x, attributes.alpha as number));
  },
  Prelu: (hlo, { inputs, outputs }) => {
    const [x, alpha] = [inputs.x!, inputs.alpha!].map((value) =>
      hlo.broadcast(hlo.tensor(value, 'float32'), outputs[0]!.shape),
    );
    return leaky(hlo, x!, alpha!);
  },
  $unitStep: real((hlo, x) => hlo.convert(isPositive(hlo, x), 'f32')),
  IsNan: test((hlo, x) => hlo.compare('NE', x, x)),
  IsInf: test((hlo, x) => hlo.compare('EQ', hlo.elementwise('abs', x), hlo.like(x, Infinity))),
  IsFinite: test((hlo, x) => hlo.operator('is_finite', [x], x.name, { shape: x.shape, type: 'i1' })),
};
