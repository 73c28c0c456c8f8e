import type { DType } from '../../trace/graph';
import { renamed } from '../../trace/renamed';
import { elementTypes } from '../types';
import { type Lowering, operands } from './lowering';
import { mathLowerings } from './mathematics';
import { floorMod } from './remainder';

const NUMBERS: readonly DType[] = ['float32', 'int32'];

/** One operand, in the type of the result. */
const unary =
  (op: string): Lowering =>
  (hlo, { inputs, outputs }) =>
    hlo.elementwise(op, hlo.tensor(inputs.x!, outputs[0]!.dtype));

/** One float operand; the result is converted back. */
const rounding =
  (op: string): Lowering =>
  (hlo, { inputs, outputs }) =>
    hlo.convert(hlo.elementwise(op, hlo.tensor(inputs.x!, 'float32')), elementTypes[outputs[0]!.dtype]);

const binary =
  (known: readonly DType[]) =>
  (op: string): Lowering =>
  (hlo, node) =>
    hlo.convert(hlo.elementwise(op, ...operands(hlo, node, known)), elementTypes[node.outputs[0]!.dtype]);

/** Like {@link binary}; the result says yes or no. */
const comparison =
  (known: readonly DType[]) =>
  (direction: string): Lowering =>
  (hlo, node) =>
    hlo.compare(direction, ...operands(hlo, node, known));

const floorDiv: Lowering = (hlo, node) => {
  const [a, b] = operands(hlo, node, NUMBERS);
  if (a.type === 'f32') return hlo.convert(hlo.elementwise('floor', hlo.elementwise('divide', a, b)), 'i32');
  // Integer division rounds towards zero, so the remainder is subtracted first.
  return hlo.elementwise('divide', hlo.elementwise('subtract', a, floorMod(hlo, a, b)), b);
};

/** The first operand where the condition holds, else the second. */
const select: Lowering = (hlo, { inputs: { condition, t, e }, outputs }) => {
  const { dtype, shape } = outputs[0]!;
  const [chosen, other] = [t!, e!].map((value) => hlo.broadcast(hlo.tensor(value, dtype), shape));
  return hlo.select(hlo.broadcast(hlo.tensor(condition!, 'bool'), shape), chosen!, other!);
};

const clip: Lowering = (hlo, { inputs, attributes, outputs }) => {
  const x = hlo.tensor(inputs.x!, outputs[0]!.dtype);
  const bound = (name: string) => hlo.like(x, attributes[name] as number);
  return hlo.elementwise('clamp', bound('clipValueMin'), x, bound('clipValueMax'));
};

/** Adds up any number of operands, which broadcast. */
const sum: Lowering = (hlo, { inputs, outputs }) => {
  const { dtype, shape } = outputs[0]!;
  return Object.values(inputs)
    .map((value) => hlo.broadcast(hlo.tensor(value, dtype), shape))
    .reduce((a, b) => hlo.elementwise('add', a, b));
};

/** Elementwise kernels. */
export const elementwiseLowerings: Record<string, Lowering> = {
  ...mathLowerings,
  ...renamed({ Abs: 'abs', Neg: 'negate', Sign: 'sign' }, unary),
  ...renamed({ Ceil: 'ceil', Floor: 'floor', Round: 'round_nearest_even' }, rounding),
  ...renamed({ LogicalNot: 'not' }, unary),
  ...renamed({ Add: 'add', Sub: 'subtract', Multiply: 'multiply', Pow: 'power' }, binary(NUMBERS)),
  ...renamed({ Maximum: 'maximum', Minimum: 'minimum' }, binary(NUMBERS)),
  ...renamed({ RealDiv: 'divide' }, binary(['float32'])),
  ...renamed({ BitwiseAnd: 'and' }, binary(['int32'])),
  ...renamed({ LogicalAnd: 'and', LogicalOr: 'or' }, binary(['bool'])),
  ...renamed({ Equal: 'EQ' }, comparison(['float32', 'int32', 'bool'])),
  ...renamed(
    { Greater: 'GT', GreaterEqual: 'GE', Less: 'LT', LessEqual: 'LE' },
    comparison(['int32', 'float32']),
  ),
  Mod: (hlo, node) => floorMod(hlo, ...operands(hlo, node, NUMBERS)),
  FloorDiv: floorDiv,
  AddN: sum,
  Cast: (hlo, { inputs, outputs }) => hlo.tensor(inputs.x!, outputs[0]!.dtype),
  ClipByValue: clip,
  Relu: (hlo, { inputs, outputs }) => {
    const x = hlo.tensor(inputs.x!, outputs[0]!.dtype);
    return hlo.elementwise('maximum', x, hlo.like(x, 0));
  },
  Square: (hlo, { inputs, outputs }) => {
    const x = hlo.tensor(inputs.x!, outputs[0]!.dtype);
    return hlo.elementwise('multiply', x, x);
  },
  Select: select,
};
