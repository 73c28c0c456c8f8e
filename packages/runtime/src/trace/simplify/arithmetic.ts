import { splatOf, type Value } from '../graph';
import type { GraphBuilder } from '../graph-builder';
import { logSoftmax } from './log-softmax';
import { type Call, isSame, type Rule, respread } from './rule';

type Compute = (a: number, b: number) => number;

/** Computes an operation on two constants of one number each. */
function folded(builder: GraphBuilder, { inputs, specs }: Call, compute: Compute): Value[] | undefined {
  const [x, y] = [splatOf(inputs.a!), splatOf(inputs.b!)];
  if (x === undefined || y === undefined) return undefined;
  return [builder.constant([compute(x, y)], specs[0]!)];
}

/** An operation with a neutral element leaves the other operand unchanged. */
const binary =
  (compute: Compute, rightNeutral: number, leftNeutral?: number): Rule =>
  (builder, call) => {
    const { a, b } = call.inputs;
    const spec = call.specs[0]!;
    if (splatOf(b!) === rightNeutral && isSame(a!, spec)) return [a!];
    if (leftNeutral !== undefined && splatOf(a!) === leftNeutral && isSame(b!, spec)) return [b!];
    return folded(builder, call, compute);
  };

const plainSum = binary((a, b) => a + b, 0, 0);

/** A 2-D product to whose rows a row is added: one kernel. */
const biasedProduct: Rule = (builder, { inputs: { a, b }, specs }) => {
  const { kernel, inputs, attributes } = a!.node;
  const fits =
    kernel === 'BatchMatMul' &&
    a!.dtype === 'float32' &&
    a!.shape.length === 2 &&
    b!.shape.length === 1 &&
    isSame(a!, specs[0]!);
  if (!fits) return undefined;
  return builder.add('_FusedMatMul', { ...inputs, bias: b! }, { ...attributes, activation: 'linear' });
};

const difference = binary((a, b) => a - b, 0);

const plainProduct = binary((a, b) => a * b, 1, 1);

const power: Rule = (builder, { inputs, specs }) => {
  const { a, b } = inputs;
  if (a!.dtype !== 'float32' || !isSame(a!, specs[0]!)) return undefined;
  const kernel = { 2: 'Square', 0.5: 'Sqrt', [-1]: 'Reciprocal', [-0.5]: 'Rsqrt' }[splatOf(b!) ?? 0];
  if (splatOf(b!) === 1) return [a!];
  return kernel === undefined ? undefined : builder.add(kernel, { x: a! });
};

/** Rounding leaves integers unchanged. */
const rounding: Rule = (builder, { inputs, specs }) =>
  specs[0]!.dtype === 'int32' ? builder.add('Cast', inputs, { dtype: 'int32' }) : undefined;

/** Booleans survive a detour through another type. */
const cast: Rule = (builder, { inputs, attributes, specs }) => {
  const x = inputs.x!;
  if (isSame(x, specs[0]!)) return [x];
  const isFromBool = x.node.kernel === 'Cast' && x.node.inputs.x!.dtype === 'bool';
  return isFromBool ? builder.add('Cast', x.node.inputs, attributes) : respread(builder, x, specs[0]!);
};

const isNumber = (value: Value, number: number) => splatOf(value) === number;

/** Rules for arithmetic. */
export const arithmeticRules: Record<string, Rule> = {
  Add: (builder, call) => plainSum(builder, call) ?? biasedProduct(builder, call),
  Sub: (builder, call) => difference(builder, call) ?? logSoftmax(builder, call),
  Multiply: (builder, call) => {
    const { a, b } = call.inputs;
    // Zeros come from stopped gradients: their other factor need not be computed.
    if (isNumber(a!, 0) || isNumber(b!, 0)) return [builder.constant([0], call.specs[0]!)];
    return plainProduct(builder, call);
  },
  RealDiv: binary((a, b) => a / b, 1),
  Pow: power,
  Neg: (builder, { inputs, specs }) => {
    const splat = splatOf(inputs.x!);
    return splat === undefined ? undefined : [builder.constant([-splat], specs[0]!)];
  },
  Ceil: rounding,
  Floor: rounding,
  Round: rounding,
  Cast: cast,
};
