import { backend_util } from '@tensorflow/tfjs-core';
import type { Value } from '../../trace/graph';
import { numericType } from '../../trace/shapes/elementwise';
import { type Emitter, namesOf } from '../emitter';
import type { Tensor } from '../types';
import type { Lowering } from './lowering';

/** Which axes of two operands are multiplied: the others follow in the result, after the batch axes. */
interface ProductAxes {
  readonly batch: readonly [a: readonly number[], b: readonly number[]];
  readonly contracting: readonly [a: readonly number[], b: readonly number[]];
}

/** Sums products over the contracting axes: [batch…, rest of a…, rest of b…]. Floats are multiplied in the emitter's precision. */
function dotGeneral(hlo: Emitter, a: Tensor, b: Tensor, { batch, contracting }: ProductAxes): Tensor {
  const isRest = (side: 0 | 1) => (_: number, axis: number) =>
    !batch[side].includes(axis) && !contracting[side].includes(axis);
  const shape = [
    ...batch[0].map((axis) => a.shape[axis]!),
    ...a.shape.filter(isRest(0)),
    ...b.shape.filter(isRest(1)),
  ];
  const isFloat = a.type === 'f32';
  // Halves are multiplied, and added up in float32.
  const factors = [a, b].map((x) => (isFloat && hlo.precision === 'bf16' ? hlo.convert(x, 'bf16') : x));
  const digits = isFloat && hlo.precision === 'float32' ? 'HIGHEST' : 'DEFAULT';
  const axes = ([left, right]: ProductAxes['batch']) => `[${left.join(', ')}] x [${right.join(', ')}]`;
  const text = [
    namesOf(factors),
    ...(batch[0].length === 0 ? [] : [`batching_dims = ${axes(batch)}`]),
    `contracting_dims = ${axes(contracting)}`,
    `precision = [${digits}, ${digits}]`,
  ];
  return hlo.operator('dot_general', factors, text.join(', '), { shape, type: a.type });
}

/** [..., M, K] · [..., K, N], either operand transposed in its last two axes; batches broadcast. */
function product(
  hlo: Emitter,
  [a, b]: readonly [Tensor, Tensor],
  { transposeA, transposeB }: { readonly transposeA?: unknown; readonly transposeB?: unknown },
): Tensor {
  const inner = ({ shape }: Tensor, isLast: boolean) => shape.length - (isLast ? 1 : 2);
  // Without batches of its own, b meets all rows of a at once.
  if (b.shape.length === 2 && transposeA !== true) {
    const contracting = [[inner(a, true)], [inner(b, transposeB === true)]] as const;
    return dotGeneral(hlo, a, b, { batch: [[], []], contracting });
  }
  const batches = backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const repeated = (x: Tensor) => hlo.broadcast(x, [...batches, ...x.shape.slice(-2)]);
  const [left, right] = [repeated(a), repeated(b)];
  const batch = batches.map((_, axis) => axis);
  const contracting = [[inner(left, transposeA !== true)], [inner(right, transposeB === true)]] as const;
  return dotGeneral(hlo, left, right, { batch: [batch, batch], contracting });
}

/** The letters of an einsum: [operands, result]. */
function lettersOf(equation: string): [string[], string] {
  const [terms, result] = equation.replaceAll(' ', '').split('->') as [string, string];
  return [terms.split(','), result];
}

/** Adds up over the letters that no other operand and no result has. */
function withoutLoneLetters(hlo: Emitter, x: Tensor, letters: string, others: string): [Tensor, string] {
  const isLone = (letter: string) => !others.includes(letter);
  const axes = [...letters].flatMap((letter, axis) => (isLone(letter) ? [axis] : []));
  return [hlo.reduce('add', x, axes, 0), [...letters].filter((letter) => !isLone(letter)).join('')];
}

/** Two operands at most, as tfjs has it; every letter is an axis. */
const einsum: Lowering = (hlo, { inputs, attributes }) => {
  const values: Value[] = Object.values(inputs);
  const type = numericType(...values.map(({ dtype }) => dtype));
  const [terms, result] = lettersOf(attributes.equation as string);
  const operands = values.map((value, i) => {
    const others = result + terms.filter((_, other) => other !== i).join('');
    return withoutLoneLetters(hlo, hlo.tensor(value, type), terms[i]!, others);
  });
  const [first, second] = operands;
  const [made, letters] = second === undefined ? first! : pairProduct(hlo, first!, second, result);
  return hlo.transpose(
    made,
    [...result].map((letter) => letters.indexOf(letter)),
  );
};

function pairProduct(
  hlo: Emitter,
  [a, left]: [Tensor, string],
  [b, right]: [Tensor, string],
  result: string,
): [Tensor, string] {
  const common = [...left].filter((letter) => right.includes(letter));
  const [batch, summed] = [true, false].map((isKept) =>
    common.filter((letter) => result.includes(letter) === isKept),
  ) as [string[], string[]];
  const places = (letters: string[]) =>
    [left, right].map((all) => letters.map((letter) => all.indexOf(letter))) as [number[], number[]];
  const rest = [...left, ...right].filter((letter) => !common.includes(letter));
  const made = dotGeneral(hlo, a, b, { batch: places(batch), contracting: places(summed) });
  return [made, [...batch, ...rest].join('')];
}

/** Matrix products. */
export const linearLowerings: Record<string, Lowering> = {
  BatchMatMul: (hlo, { inputs: { a, b }, attributes, outputs }) => {
    const { dtype } = outputs[0]!;
    return product(hlo, [hlo.tensor(a!, dtype), hlo.tensor(b!, dtype)], attributes);
  },
  _FusedMatMul: (hlo, { inputs: { a, b, bias }, attributes, outputs }) => {
    const made = product(hlo, [hlo.tensor(a!), hlo.tensor(b!)], attributes);
    if (bias === undefined) return made;
    return hlo.elementwise('add', made, hlo.broadcast(hlo.tensor(bias, outputs[0]!.dtype), made.shape));
  },
  Einsum: einsum,
};
