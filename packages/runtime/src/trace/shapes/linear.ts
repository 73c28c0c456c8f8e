import { backend_util, util } from '@tensorflow/tfjs-core';
import type { Value } from '../graph';
import type { ShapeRule } from '../infer';
import { broadcastShapes } from './broadcast';
import { numericType } from './elementwise';

/** Length of the axis that a product sums over. */
export function innerSize({ shape }: Value, transposed: boolean): number {
  return shape.at(transposed ? -2 : -1)!;
}

/** [..., M, K] · [..., K, N] → [..., M, N], either operand transposed in its last two axes. */
const product: ShapeRule = ({ a, b }, { transposeA, transposeB }) => {
  const inner = [innerSize(a!, transposeA === true), innerSize(b!, transposeB !== true)];
  util.assert(inner[0] === inner[1], () => `Inner lengths ${inner[0]} and ${inner[1]} of a product differ.`);
  const rows = a!.shape.at(transposeA === true ? -1 : -2)!;
  const columns = b!.shape.at(transposeB === true ? -2 : -1)!;
  return {
    shape: [...broadcastShapes(a!.shape.slice(0, -2), b!.shape.slice(0, -2)), rows, columns],
    dtype: numericType(a!.dtype, b!.dtype),
  };
};

/** Sum over the letters that are not in the result; every letter is an axis. */
const einsum: ShapeRule = (inputs, { equation }) => {
  const operands = Object.values(inputs);
  const { allDims, idDims } = backend_util.decodeEinsumEquation(equation as string, operands.length);
  backend_util.checkEinsumDimSizes(allDims.length, idDims, operands as never);
  const lengths = new Map(
    operands.flatMap(({ shape }, i) => shape.map((length, axis) => [allDims[idDims[i]![axis]!]!, length])),
  );
  const result = (equation as string).split('->')[1]!.trim();
  return {
    shape: [...result].map((letter) => lengths.get(letter)!),
    dtype: numericType(...operands.map(({ dtype }) => dtype)),
  };
};

/** Matrix products. */
export const linearShapes: Record<string, ShapeRule> = {
  BatchMatMul: product,
  _FusedMatMul: product,
  Einsum: einsum,
};
