import type { Attributes, Value } from '../graph';
import type { GraphBuilder } from '../graph-builder';
import { innerSize } from '../shapes/linear';
import type { Rule } from './rule';

/** Undoes a transpose of the last two axes: products transpose for free. */
function untransposed(value: Value, flag: unknown): [value: Value, flag: boolean] {
  const { kernel, inputs, attributes } = value.node;
  const rank = value.shape.length;
  const swapped = [...Array(rank - 2).keys(), rank - 1, rank - 2];
  const isSwap = kernel === 'Transpose' && (attributes.perm as number[]).join() === swapped.join();
  return isSwap ? [inputs.x!, flag !== true] : [value, flag === true];
}

/** A product of one matrix each, expressed without the other axes. */
function flattened(
  builder: GraphBuilder,
  { a, b }: { a: Value; b: Value },
  attributes: Attributes,
  shape: readonly number[],
): Value[] {
  const matrix = (x: Value) => builder.call('Reshape', { x }, { shape: x.shape.slice(-2) });
  const x = builder.call('BatchMatMul', { a: matrix(a), b: matrix(b) }, attributes);
  return builder.add('Reshape', { x }, { shape: [...shape] });
}

const product: Rule = (builder, { inputs, attributes, specs }) => {
  const { a, b } = inputs as { a: Value; b: Value };
  const { shape } = specs[0]!;
  if (innerSize(a, attributes.transposeA === true) === 0) return [builder.constant([0], specs[0]!)];
  const [left, transposeA] = untransposed(a, attributes.transposeA);
  const [right, transposeB] = untransposed(b, attributes.transposeB);
  if (left !== a || right !== b)
    return builder.add('BatchMatMul', { a: left, b: right }, { transposeA, transposeB });
  if (shape.length > 2 && shape.slice(0, -2).every((length) => length === 1))
    return flattened(builder, { a, b }, attributes, shape);
  return undefined;
};

/** Kernel of each activation that a fused product can end with. */
const activations: Readonly<Record<string, string>> = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  prelu: 'Prelu',
  leakyrelu: 'LeakyRelu',
};

/** A fused product is kept only as product of float matrices with a row added: the rest are kernels of their own. */
const fusedProduct: Rule = (builder, { inputs, attributes }) => {
  const { a, b, bias, preluActivationWeights } = inputs;
  const { transposeA, transposeB, activation = 'linear', leakyreluAlpha } = attributes;
  const isKept =
    activation === 'linear' &&
    a!.dtype === 'float32' &&
    innerSize(a!, transposeA === true) > 0 &&
    a!.shape.length === 2 &&
    b!.shape.length === 2 &&
    bias?.shape.length === 1;
  if (isKept) return undefined;
  const x = builder.call('BatchMatMul', { a: a!, b: b! }, { transposeA, transposeB });
  const sum = bias === undefined ? x : builder.call('Add', { a: x, b: bias });
  if (activation === 'linear') return [sum];
  const kernel = activations[activation as string];
  if (kernel === undefined) throw new Error(`The activation ${activation} is unknown.`);
  const operands = kernel === 'Prelu' ? { x: sum, alpha: preluActivationWeights! } : { x: sum };
  return builder.add(kernel, operands, kernel === 'LeakyRelu' ? { alpha: leakyreluAlpha } : {});
};

/** Rules for matrix products. */
export const linearRules: Record<string, Rule> = { BatchMatMul: product, _FusedMatMul: fusedProduct };
