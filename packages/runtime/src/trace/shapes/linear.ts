import type { Value } from '../graph';
import type { ShapeRule } from '../infer';
import { broadcastShapes } from './broadcast';

/** [..., M, K] · [..., K, N] → [..., M, N], either operand transposed in its last two axes. */
function productShape(a: Value, b: Value, transposeA: boolean, transposeB: boolean): number[] {
  const rows = a.shape.at(transposeA ? -1 : -2)!;
  const columns = b.shape.at(transposeB ? -2 : -1)!;
  return [...broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2)), rows, columns];
}

const product: ShapeRule = ({ a, b }, { transposeA, transposeB }) => ({
  shape: productShape(a!, b!, transposeA === true, transposeB === true),
  dtype: a!.dtype,
});

/** Matrix products. */
export const linearShapes: Record<string, ShapeRule> = { BatchMatMul: product, _FusedMatMul: product };
