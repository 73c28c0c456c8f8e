import type { Attributes, Value } from '../../trace/graph';
import { numericType } from '../../trace/shapes/elementwise';
import type { Emitter, Name } from '../emitter';
import type { Lowering } from './lowering';

const flag = (value: unknown) => ({ int: value === true ? 1 : 0 });

/** aᵀ · b with few columns: the weight gradient of a narrow output layer. */
function isThin(a: Value, b: Value, { transposeA, transposeB }: Attributes): boolean {
  return transposeA === true && transposeB !== true && b.shape[1]! <= 16 && a.shape[1]! >= 64;
}

/** aᵀ · b as (bᵀ · a)ᵀ, which is several times faster for a thin b. */
function thinProduct(onnx: Emitter, a: Value, b: Value): Name {
  const operands = [onnx.as(b, 'float32'), onnx.as(a, 'float32')];
  // Not a Gemm: onnxruntime would fold the transpose into it, and be back at the slow product.
  const product = onnx.emit('FusedMatMul', operands, {
    attributes: { transA: { int: 1 } },
    domain: 'com.microsoft',
  });
  return onnx.emit('Transpose', [product], { attributes: { perm: { ints: [1, 0] } } });
}

/** A product of float matrices, with a row added to each row if there is one: one `Gemm`. */
const gemm: Lowering = (onnx, { inputs, attributes }) => {
  const { a, b, bias } = inputs;
  if (isThin(a!, b!, attributes) && bias === undefined) return thinProduct(onnx, a!, b!);
  const operands = [a!, b!, ...(bias === undefined ? [] : [bias])].map((value) => onnx.as(value, 'float32'));
  return onnx.emit('Gemm', operands, {
    attributes: { transA: flag(attributes.transposeA), transB: flag(attributes.transposeB) },
  });
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
