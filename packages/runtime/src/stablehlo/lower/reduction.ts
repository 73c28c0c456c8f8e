import type { DType, Node } from '../../trace/graph';
import { renamed } from '../../trace/renamed';
import { normaliseAxis } from '../../trace/shapes/broadcast';
import { reducedAxes } from '../../trace/shapes/reduction';
import { sizeOf } from '../../tree';
import { type Emitter, namesOf, signature } from '../emitter';
import { type ElementType, isFloat, type Tensor, typeText } from '../types';
import { combineRegion } from './combine-region';
import type { Lowering } from './lowering';

/** What a reduction of no elements gives. */
const SMALLEST = (type: ElementType) => (isFloat(type) ? -Infinity : -(2 ** 31));
const LARGEST = (type: ElementType) => (isFloat(type) ? Infinity : 2 ** 31 - 1);

/** Reduces in the type of the result; yes and no as integers. */
function reduceAxes(
  hlo: Emitter,
  { inputs, attributes, outputs }: Node,
  op: string,
  initial: (type: ElementType) => number,
): Tensor {
  const { dtype, shape } = outputs[0]!;
  const computed: DType = dtype === 'bool' ? 'int32' : dtype;
  const x = hlo.tensor(inputs.x!, computed);
  const made = hlo.reduce(op, x, reducedAxes(attributes, x.shape), initial(x.type));
  return hlo.reshape(dtype === 'bool' ? hlo.convert(made, 'i1') : made, shape);
}

const reduction =
  (initial: (type: ElementType) => number) =>
  (op: string): Lowering =>
  (hlo, node) =>
    reduceAxes(hlo, node, op, initial);

const mean: Lowering = (hlo, node) => {
  const sum = reduceAxes(hlo, node, 'add', () => 0);
  const { shape } = node.inputs.x!;
  const count = sizeOf(reducedAxes(node.attributes, shape).map((axis) => shape[axis]!));
  // The mean of nothing is 0, as in tfjs.
  return hlo.elementwise('divide', sum, hlo.like(sum, Math.max(count, 1)));
};

/** Where the largest or smallest element is: the first place that is not beaten. */
const position =
  (op: string, beaten: string, worst: (type: ElementType) => number): Lowering =>
  (hlo, { inputs, attributes }) => {
    const value = inputs.x!;
    const x = hlo.tensor(value, value.dtype === 'bool' ? 'int32' : value.dtype);
    const axis = normaliseAxis(attributes.axis as number, x.shape);
    const best = hlo.reduce(op, x, [axis], worst(x.type));
    const kept = x.shape.map((_, i) => i).filter((i) => i !== axis);
    const isBeaten = hlo.compare(beaten, x, hlo.broadcastInDim(best, x.shape, kept));
    const places = hlo.iota(x.shape, axis);
    const none = hlo.like(places, x.shape[axis]!);
    return hlo.reduce('minimum', hlo.select(isBeaten, none, places), [axis], x.shape[axis]!);
  };

/** The tensor one place further along an axis, towards the end or the beginning, with 0 where it came from. */
function shifted(hlo: Emitter, x: Tensor, axis: number, isReverse: boolean): Tensor {
  const length = x.shape[axis]!;
  const [begin, end] = [
    x.shape.map(() => 0).with(axis, isReverse ? 1 : 0),
    x.shape.with(axis, isReverse ? length : length - 1),
  ];
  const edges = x.shape.map(
    (_, i) => (i !== axis ? [0, 0] : isReverse ? [0, 1] : [1, 0]) as [number, number],
  );
  return hlo.pad(hlo.slice(x, begin, end), hlo.scalar(0, x.type), edges);
}

/** A sum over a window that begins or ends at each place and is as long as the axis. */
const cumsum: Lowering = (hlo, { inputs, attributes, outputs }) => {
  const given = hlo.tensor(inputs.x!, outputs[0]!.dtype);
  const axis = normaliseAxis(attributes.axis as number | undefined, given.shape);
  if (sizeOf(given.shape) === 0) return given;
  const isReverse = attributes.reverse === true;
  const x = attributes.exclusive === true ? shifted(hlo, given, axis, isReverse) : given;
  const length = x.shape[axis]!;
  const ones = x.shape.map(() => 1);
  const edge = isReverse ? [0, length - 1] : [length - 1, 0];
  const edges = x.shape.map((_, i) => `[${i === axis ? edge : [0, 0]}]`);
  const attributesText = [
    `window_dimensions = array<i64: ${ones.with(axis, length).join(', ')}>`,
    `window_strides = array<i64: ${ones.join(', ')}>`,
    `padding = dense<[${edges.join(', ')}]> : tensor<${x.shape.length}x2xi64>`,
  ].join(', ');
  const zero = hlo.scalar(0, x.type);
  const sum = combineRegion(hlo, x.type, 'add');
  return hlo.line(
    x,
    `"stablehlo.reduce_window"(${namesOf([x, zero])}) <{${attributesText}}> ${sum} : ${signature([x, zero], [x])}`,
  );
};

/** eˣ over the sum of them, after the largest is taken away; tfjs takes the last axis only. */
function shiftedLogits(hlo: Emitter, { inputs }: Node) {
  const logits = hlo.tensor(inputs.logits!, 'float32');
  const axis = logits.shape.length - 1;
  const others = logits.shape.slice(0, -1).map((_, i) => i);
  const repeat = (x: Tensor) => hlo.broadcastInDim(x, logits.shape, others);
  const largest = hlo.reduce('maximum', logits, [axis], -Infinity);
  const moved = hlo.elementwise('subtract', logits, repeat(largest));
  const exponentials = hlo.elementwise('exponential', moved);
  return { moved, exponentials, sum: hlo.reduce('add', exponentials, [axis], 0), repeat };
}

const softmax: Lowering = (hlo, node) => {
  const { exponentials, sum, repeat } = shiftedLogits(hlo, node);
  return hlo.elementwise('divide', exponentials, repeat(sum));
};

const logSoftmax: Lowering = (hlo, node) => {
  const { moved, sum, repeat } = shiftedLogits(hlo, node);
  return hlo.elementwise('subtract', moved, repeat(hlo.elementwise('log', sum)));
};

/** Sorts the last axis, largest first; of equal elements, the one that came first. */
const topK: Lowering = (hlo, { inputs, attributes, outputs }) => {
  const { dtype } = outputs[0]!;
  const x = hlo.tensor(inputs.x!, dtype === 'bool' ? 'int32' : dtype);
  const axis = x.shape.length - 1;
  const places = hlo.iota(x.shape, axis);
  const [value, place] = [typeText({ shape: [], type: x.type }), 'tensor<i32>'];
  const [a, b, i, j, first] = ['a', 'b', 'i', 'j', 'first'].map((name) => hlo.fresh(name));
  const body =
    `^bb0(${a}: ${value}, ${b}: ${value}, ${i}: ${place}, ${j}: ${place}): ` +
    `${first} = stablehlo.compare GT, ${a}, ${b} : (${value}, ${value}) -> tensor<i1> stablehlo.return ${first} : tensor<i1>`;
  const sorted = hlo.lineOfMany(
    [x, places],
    `"stablehlo.sort"(${namesOf([x, places])}) <{dimension = ${axis} : i64, is_stable = true}> ({ ${body} }) : ${signature([x, places], [x, places])}`,
  );
  const [values, indices] = sorted.map((tensor) =>
    hlo.slice(
      tensor,
      tensor.shape.map(() => 0),
      tensor.shape.with(axis, attributes.k as number),
    ),
  );
  return [dtype === 'bool' ? hlo.convert(values!, 'i1') : values!, indices!];
};

/** Kernels that compute along axes. */
export const reductionLowerings: Record<string, Lowering> = {
  ...renamed(
    { Sum: 'add' },
    reduction(() => 0),
  ),
  ...renamed(
    { Prod: 'multiply' },
    reduction(() => 1),
  ),
  ...renamed({ Max: 'maximum' }, reduction(SMALLEST)),
  ...renamed({ Min: 'minimum' }, reduction(LARGEST)),
  Mean: mean,
  ArgMax: position('maximum', 'LT', SMALLEST),
  ArgMin: position('minimum', 'GT', LARGEST),
  Cumsum: cumsum,
  Softmax: softmax,
  LogSoftmax: logSoftmax,
  TopK: topK,
};
