import type { Node } from '../../trace/graph';
import type { Emitter, Name } from '../emitter';
import type { Lowering } from './lowering';

const flag = (value: unknown) => ({ int: value === true ? 1 : 0 });

/** [..., M, K] · [..., K, N]; 2-D products and their bias are one `Gemm`, others `FusedMatMul` if transposed. */
function product(onnx: Emitter, { inputs, attributes, outputs }: Node): Name {
  const { a, b, bias } = inputs;
  const transposes = { transA: flag(attributes.transposeA), transB: flag(attributes.transposeB) };
  const operands = [onnx.name(a!), onnx.name(b!)];
  const matrices = [a!, b!].map(({ shape }) => shape.slice(-2));
  if (outputs[0]!.shape.slice(0, -2).every((batch) => batch === 1)) {
    return gemm(
      onnx,
      operands,
      matrices,
      bias === undefined ? [] : [onnx.name(bias)],
      transposes,
      outputs[0]!.shape,
      [a!.shape.length === 2, b!.shape.length === 2],
    );
  }
  const isPlain = transposes.transA.int === 0 && transposes.transB.int === 0;
  const made = isPlain
    ? onnx.emit('MatMul', operands)
    : onnx.emit('FusedMatMul', operands, { attributes: transposes, domain: 'com.microsoft' });
  return bias === undefined ? made : onnx.emit('Add', [made, onnx.name(bias)]);
}

function gemm(
  onnx: Emitter,
  operands: Name[],
  matrices: readonly (readonly number[])[],
  bias: Name[],
  attributes: { transA: { int: number }; transB: { int: number } },
  shape: readonly number[],
  isMatrix: readonly boolean[],
): Name {
  const flat = operands.map((name, i) =>
    isMatrix[i] === true ? name : onnx.emit('Reshape', [name, onnx.ints(matrices[i]!)], allowZero),
  );
  const made = onnx.emit('Gemm', [...flat, ...bias], { attributes });
  return shape.length === 2 ? made : onnx.emit('Reshape', [made, onnx.ints(shape)], allowZero);
}

const allowZero = { attributes: { allowzero: { int: 1 } } };

const activations: Readonly<Record<string, (onnx: Emitter, x: Name) => Name>> = {
  linear: (_, x) => x,
  relu: (onnx, x) => onnx.emit('Relu', [x]),
  sigmoid: (onnx, x) => onnx.emit('Sigmoid', [x]),
  elu: (onnx, x) => onnx.emit('Elu', [x]),
};

/** Matrix products. */
export const linearLowerings: Record<string, Lowering> = {
  BatchMatMul: product,
  _FusedMatMul: (onnx, node) => activations[node.attributes.activation as string]!(onnx, product(onnx, node)),
};
