import type { Value } from '../../trace/graph';
import { reshape } from '../../trace/rewrites/arrangement';
import { sizeOf } from '../../tree';
import { aligned, type Operand, type StackedCall, type StackRule } from './stack-rule';

/**
 * A product with one matrix, [..., K] · [K, N]: all rows of `a` are those of one matrix, so that no batch repeats `b`. Rows of
 * all copies are, if they share `b`.
 */
function rowsOf({ builder, count }: StackedCall, a: Operand, b: Operand): Value {
  const [rows, inner] = [sizeOf(a.shape.slice(0, -1)), a.shape.at(-1)!];
  if (!a.isStacked) return reshape(builder, a.value, [rows, inner]);
  return reshape(builder, a.value, b.isStacked ? [count, rows, inner] : [count * rows, inner]);
}

const isOfRows = ({ node, operands: { b } }: StackedCall) =>
  b!.shape.length === 2 && node.attributes.transposeA !== true;

/** [..., M, K] · [..., K, N]. What copies share is not repeated. */
function product(call: StackedCall): Value {
  const { builder, count, node } = call;
  const { transposeA, transposeB } = node.attributes;
  const { a, b } = call.operands as { a: Operand; b: Operand };
  const { shape } = node.outputs[0]!;
  const left = isOfRows(call) ? rowsOf(call, a, b) : aligned(call, a, shape.length);
  const right = isOfRows(call) ? b.value : aligned(call, b, shape.length);
  const made = builder.call('BatchMatMul', { a: left, b: right }, { transposeA, transposeB });
  return a.isStacked || b.isStacked ? reshape(builder, made, [count, ...shape]) : made;
}

/** A product of matrices to whose rows a row is added. */
const fusedProduct: StackRule = (call) => {
  const { builder, count, node } = call;
  const { a, b, bias } = call.operands as { a: Operand; b: Operand; bias: Operand };
  const { shape } = node.outputs[0]!;
  if (isOfRows(call) && !b.isStacked && !bias.isStacked) {
    const inputs = { a: rowsOf(call, a, b), b: b.value, bias: bias.value };
    return [reshape(builder, builder.call('_FusedMatMul', inputs, node.attributes), [count, ...shape])];
  }
  return builder.add('Add', { a: product(call), b: aligned(call, bias, shape.length) });
};

/** One letter more for the axis of copies. */
const einsum: StackRule = ({ builder, node: { attributes }, operands }) => {
  const equation = (attributes.equation as string).replaceAll(' ', '');
  const copies = [...'abcdefghijklmnopqrstuvwxyz'].find((letter) => !equation.includes(letter))!;
  const [terms, result] = equation.split('->') as [string, string];
  const stacked = Object.values(operands).map(({ isStacked }) => isStacked);
  const letters = terms.split(',').map((term, i) => (stacked[i] === true ? copies + term : term));
  const inputs = Object.fromEntries(Object.entries(operands).map(([name, { value }]) => [name, value]));
  return builder.add('Einsum', inputs, { ...attributes, equation: `${letters}->${copies}${result}` });
};

/** Matrix products. */
export const linearStacking: Record<string, StackRule> = {
  BatchMatMul: (call) => [product(call)],
  _FusedMatMul: fusedProduct,
  Einsum: einsum,
};
