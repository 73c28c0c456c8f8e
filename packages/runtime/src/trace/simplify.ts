import type { NamedAttrMap } from '@tensorflow/tfjs-core';
import { sizeOf } from '../tree';
import type { Value, ValueSpec } from './graph';
import { type GraphBuilder, splatOf } from './graph-builder';
import { inferOutputs } from './infer';
import { reducedAxes } from './shapes/reduction';

type Inputs = Readonly<Record<string, Value>>;
type Rule = (
  builder: GraphBuilder,
  inputs: Inputs,
  attributes: NamedAttrMap,
  spec: ValueSpec,
) => Value | undefined;

/**
 * Finds a value that a kernel call would only compute again: a no-op, a call on constants that are one number,
 * a reshape of a reshape, the join of all pieces of one split.
 */
export function simplify(
  builder: GraphBuilder,
  kernel: string,
  inputs: Inputs,
  attributes: NamedAttrMap,
): Value | undefined {
  const rule = rules[kernel];
  if (rule === undefined) return undefined;
  const [spec] = inferOutputs(kernel, inputs, attributes);
  return spec === undefined ? undefined : rule(builder, inputs, attributes, spec);
}

const isSame = (value: Value, spec: ValueSpec) =>
  value.dtype === spec.dtype && sameShape(value.shape, spec.shape);

const sameShape = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((d, i) => d === b[i]);

/** Keeps a splat constant a splat under another shape or type. */
const respread: Rule = (builder, { x }, _, spec) => {
  const splat = splatOf(x!);
  return splat === undefined ? undefined : builder.constant([castNumber(splat, spec.dtype)], spec);
};

function castNumber(value: number, dtype: ValueSpec['dtype']): number {
  if (dtype === 'float32') return value;
  return dtype === 'bool' ? Number(value !== 0) : Math.trunc(value);
}

/** A binary operation whose value is known if one operand is its neutral element, or both are one number. */
function binary(compute: (a: number, b: number) => number, rightNeutral: number, leftNeutral?: number): Rule {
  return (builder, { a, b }, _, spec) => {
    const x = splatOf(a!);
    const y = splatOf(b!);
    if (x !== undefined && y !== undefined && spec.dtype === 'float32')
      return builder.constant([compute(x, y)], spec);
    if (y === rightNeutral && isSame(a!, spec)) return a;
    if (x !== undefined && x === leftNeutral && isSame(b!, spec)) return b;
    return undefined;
  };
}

const reduction: Rule = (builder, { x }, attributes, spec) =>
  reducedAxes(attributes, x!.shape.length).every((axis) => x!.shape[axis] === 1) && x!.dtype === spec.dtype
    ? builder.add('Reshape', { x: x! }, { shape: [...spec.shape] })[0]
    : undefined;

const reshape: Rule = (builder, inputs, attributes, spec) => {
  const source = Object.values(inputs)[0]!;
  if (isSame(source, spec)) return source;
  const { node } = source;
  if (node.kernel === 'Reshape')
    return builder.add('Reshape', { x: node.inputs.x! }, { shape: [...spec.shape] })[0];
  return respread(builder, { x: source }, attributes, spec);
};

/** A 2-D product with a row added to every row: one kernel. */
const biasedProduct = (builder: GraphBuilder, { a, b }: Inputs): Value | undefined => {
  const { kernel, inputs, attributes } = a!.node;
  const fits =
    kernel === 'BatchMatMul' && a!.shape.length === 2 && b!.shape.length === 1 && b!.shape[0] === a!.shape[1];
  if (!fits) return undefined;
  return builder.add('_FusedMatMul', { ...inputs, bias: b! }, { ...attributes, activation: 'linear' })[0];
};

const rules: Readonly<Record<string, Rule>> = {
  Identity: (_, { x }) => x,
  Cast: (builder, inputs, attributes, spec) =>
    isSame(inputs.x!, spec) ? inputs.x : respread(builder, inputs, attributes, spec),
  Reshape: reshape,
  ExpandDims: (builder, { input }, _, spec) =>
    builder.add('Reshape', { x: input! }, { shape: [...spec.shape] })[0],
  Tile: (builder, inputs, attributes, spec) =>
    isSame(inputs.x!, spec) ? inputs.x : respread(builder, inputs, attributes, spec),
  BroadcastTo: (builder, inputs, attributes, spec) =>
    isSame(inputs.x!, spec) ? inputs.x : respread(builder, inputs, attributes, spec),
  Slice: (builder, inputs, attributes, spec) =>
    isSame(inputs.x!, spec) ? inputs.x : respread(builder, inputs, attributes, spec),
  Transpose: (builder, inputs, attributes, spec) => {
    const perm = attributes.perm as number[];
    return perm.every((axis, i) => axis === i) ? inputs.x : respread(builder, inputs, attributes, spec);
  },
  Fill: (builder, _, { value }, spec) => builder.constant([Number(value)], spec),
  ZerosLike: (builder, _inputs, _attributes, spec) => builder.constant([0], spec),
  OnesLike: (builder, _inputs, _attributes, spec) => builder.constant([1], spec),
  Add: (builder, inputs, attributes, spec) =>
    binary((a, b) => a + b, 0, 0)(builder, inputs, attributes, spec) ?? biasedProduct(builder, inputs),
  Sub: binary((a, b) => a - b, 0),
  Multiply: (builder, inputs, attributes, spec) => {
    // Zeros come from gradients that are cut: what they are multiplied with need not be computed.
    if (splatOf(inputs.a!) === 0 || splatOf(inputs.b!) === 0) return builder.constant([0], spec);
    return binary((a, b) => a * b, 1, 1)(builder, inputs, attributes, spec);
  },
  RealDiv: binary((a, b) => a / b, 1),
  Neg: (builder, { x }, _, spec) => {
    const splat = splatOf(x!);
    return splat === undefined ? undefined : builder.constant([-splat], spec);
  },
  Sum: reduction,
  Mean: reduction,
  Max: reduction,
  Min: reduction,
  Concat: (_, inputs, { axis }) => {
    const parts = Object.values(inputs);
    if (parts.length === 1) return parts[0];
    const { node } = parts[0]!;
    const isWholeSplit =
      node.kernel === 'SplitV' &&
      (node.attributes.axis ?? 0) === axis &&
      node.outputs.length === parts.length &&
      parts.every((part, i) => part.node === node && part.index === i);
    return isWholeSplit ? node.inputs.x : undefined;
  },
};
