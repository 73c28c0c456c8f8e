import type { Value } from '../../trace/graph';
import { numericType } from '../../trace/shapes/elementwise';
import type { Emitter, Name } from '../emitter';
import type { Lowering } from './lowering';

const flag = (value: unknown) => ({ int: value === true ? 1 : 0 });

/** Up to so many columns, onnxruntime transposes an operand in passing; of more, once for every 128 columns. */
const WIDE = 256;

/** Few enough columns that a product is mostly overhead: the weight gradient of a narrow output layer. */
const isThin = (a: number, b: number) => b <= 16 && a >= 64;

/** A transposed matrix. The reshapes do nothing but keep onnxruntime from folding it into the product again. */
function turned(onnx: Emitter, value: Value): Name {
  const [rows, columns] = value.shape as [number, number];
  const stacked = onnx.reshape(onnx.as(value, 'float32'), [rows, columns, 1]);
  const moved = onnx.emit('Transpose', [stacked], { attributes: { perm: { ints: [1, 0, 2] } } });
  return onnx.reshape(moved, [columns, rows]);
}

/** aᵀ · b, a weight gradient, with the narrower operand transposed first; or undefined if that is no faster. */
function weightGradient(onnx: Emitter, a: Value, b: Value): Name | undefined {
  const [inputs, outputs] = [a.shape[1]!, b.shape[1]!];
  if (isThin(inputs, outputs) || (outputs > WIDE && inputs > outputs)) {
    const product = onnx.emit('MatMul', [turned(onnx, b), onnx.as(a, 'float32')]);
    return onnx.emit('Transpose', [product], { attributes: { perm: { ints: [1, 0] } } });
  }
  return outputs > WIDE ? onnx.emit('MatMul', [turned(onnx, a), onnx.as(b, 'float32')]) : undefined;
}

/** A product of float matrices, with a row added to each row if there is one: one `Gemm`. */
const gemm: Lowering = (onnx, { inputs, attributes }) => {
  const { a, b, bias } = inputs;
  const { transposeA, transposeB } = attributes;
  const isGradient = transposeA === true && transposeB !== true && bias === undefined;
  const special = isGradient ? weightGradient(onnx, a!, b!) : undefined;
  if (special !== undefined) return special;
  const operands = [a!, b!, ...(bias === undefined ? [] : [bias])].map((value) => onnx.as(value, 'float32'));
  return onnx.emit('Gemm', operands, { attributes: { transA: flag(transposeA), transB: flag(transposeB) } });
};

/** Swaps the last two axes. */
function transposed(onnx: Emitter, value: Value): Name {
  const rank = value.shape.length;
  const perm = [...Array(rank - 2).keys(), rank - 1, rank - 2];
  return onnx.emit('Transpose', [onnx.as(value, 'int32')], { attributes: { perm: { ints: perm } } });
}

/** [..., M, K] · [..., K, N]: `MatMul`, or `FusedMatMul` if an operand is transposed. */
const product: Lowering = (onnx, node) => {
  const { a, b } = node.inputs;
  const { transposeA, transposeB } = node.attributes;
  if (node.outputs[0]!.dtype === 'int32') {
    const operand = (value: Value, flag: unknown) =>
      flag === true ? transposed(onnx, value) : onnx.as(value, 'int32');
    return onnx.emit('MatMul', [operand(a!, transposeA), operand(b!, transposeB)]);
  }
  if (a!.shape.length === 2 && b!.shape.length === 2) return gemm(onnx, node);
  const operands = [onnx.as(a!, 'float32'), onnx.as(b!, 'float32')];
  if (transposeA !== true && transposeB !== true) return onnx.emit('MatMul', operands);
  return onnx.emit('FusedMatMul', operands, {
    attributes: { transA: flag(transposeA), transB: flag(transposeB) },
    domain: 'com.microsoft',
  });
};

/** Matrix products. */
export const linearLowerings: Record<string, Lowering> = {
  BatchMatMul: product,
  _FusedMatMul: gemm,
  Einsum: (onnx, { inputs, attributes }) => {
    const operands = Object.values(inputs);
    const type = numericType(...operands.map(({ dtype }) => dtype));
    const names = operands.map((value) => onnx.as(value, type));
    const equation = { text: (attributes.equation as string).replaceAll(' ', '') };
    return onnx.emit('Einsum', names, { attributes: { equation } });
  },
};
