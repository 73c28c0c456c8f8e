import type { Value } from '../../trace/graph';
import { numericType } from '../../trace/shapes/elementwise';
import type { Emitter, Name } from '../emitter';
import type { Lowering } from './lowering';

const flag = (value: unknown) => ({ int: value === true ? 1 : 0 });

/** Up to this many columns, onnxruntime transposes an operand on the fly; with more, once for every 128 columns. */
const WIDE = 256;

/**
 * A product that is wider than high is divided among threads by columns, and one whose share is 64 columns or fewer adds
 * up in another order: the number of threads would change the last digits. With more columns than this, each of four
 * threads has enough.
 */
const ENOUGH_COLUMNS = 320;

/** Whether the result of [rows, inner] · [inner, columns] might depend on the number of threads. */
function dependsOnThreads(rows: number, inner: number, columns: number): boolean {
  return rows > 1 && rows < columns && columns < ENOUGH_COLUMNS && inner > 128;
}

/** Few enough columns that a product is mostly overhead: the weight gradient of a narrow output layer. */
const isThin = (a: number, b: number) => b > 1 && b <= 16 && a >= ENOUGH_COLUMNS;

/** A transposed matrix. The reshapes do nothing but keep onnxruntime from folding it into the product again. */
function turned(onnx: Emitter, value: Value): Name {
  const [rows, columns] = value.shape as [number, number];
  const stacked = onnx.reshape(onnx.as(value, 'float32'), [rows, columns, 1]);
  const moved = onnx.emit('Transpose', [stacked], { attributes: { perm: { ints: [1, 0, 2] } } });
  return onnx.reshape(moved, [columns, rows]);
}

/** aᵀ · b, a weight gradient, with the narrower operand transposed first; or undefined if that is not faster. */
function weightGradient(onnx: Emitter, a: Value, b: Value): Name | undefined {
  const [inputs, outputs] = [a.shape[1]!, b.shape[1]!];
  if (isThin(inputs, outputs) || (outputs > WIDE && inputs > outputs)) {
    const product = onnx.emit('MatMul', [turned(onnx, b), onnx.as(a, 'float32')]);
    return onnx.emit('Transpose', [product], { attributes: { perm: { ints: [1, 0] } } });
  }
  return outputs > WIDE ? onnx.emit('MatMul', [turned(onnx, a), onnx.as(b, 'float32')]) : undefined;
}

/** A product of float matrices, [rows, columns] in the end, operands perhaps transposed. */
interface MatrixProduct {
  readonly a: Name;
  readonly b: Name;
  readonly rows: number;
  readonly columns: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** a · b as (bᵀ · aᵀ)ᵀ, which is divided among threads by rows. */
function productByRows(onnx: Emitter, { a, b, rows, columns, transposeA, transposeB }: MatrixProduct): Name {
  const product = onnx.emit('FusedMatMul', [b, a], {
    attributes: { transA: flag(transposeB !== true), transB: flag(transposeA !== true) },
    domain: 'com.microsoft',
  });
  // The reshape does nothing but keep onnxruntime from folding the transpose into the product.
  const stacked = onnx.reshape(product, [columns, rows, 1]);
  const moved = onnx.emit('Transpose', [stacked], { attributes: { perm: { ints: [1, 0, 2] } } });
  return onnx.reshape(moved, [rows, columns]);
}

/** A product of float matrices, with a row added to each row if there is one: one `Gemm`. */
const gemm: Lowering = (onnx, { inputs, attributes, outputs }) => {
  const { a, b, bias } = inputs;
  const transposeA = attributes.transposeA === true;
  const transposeB = attributes.transposeB === true;
  const [rows, columns] = outputs[0]!.shape as [number, number];
  const inner = a!.shape[transposeA ? 0 : 1]!;
  const operands = [a!, b!, ...(bias === undefined ? [] : [bias])].map((value) => onnx.as(value, 'float32'));
  if (dependsOnThreads(rows, inner, columns)) {
    const factors = { a: operands[0]!, b: operands[1]!, transposeA, transposeB };
    const product = productByRows(onnx, { ...factors, rows, columns });
    return bias === undefined ? product : onnx.emit('Add', [product, operands[2]!]);
  }
  const isGradient = transposeA && !transposeB && bias === undefined;
  const special = isGradient ? weightGradient(onnx, a!, b!) : undefined;
  if (special !== undefined) return special;
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
