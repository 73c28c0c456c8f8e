import type { Value } from '../../trace/graph';
import type { GraphBuilder } from '../../trace/graph-builder';
import { reshape } from '../../trace/rewrites/arrangement';
import { normaliseAxis } from '../../trace/shapes/broadcast';
import { sizeOf } from '../../tree';
import { type Operand, repeated, type StackedCall, type StackRule } from './stack-rule';

const upTo = (count: number) => [...Array(count).keys()];

/** Indices [copies, places…, depth] with a first column more: which copy they belong to. */
function withCopies(builder: GraphBuilder, indices: Value): Value {
  const [count, ...rest] = indices.shape as [number, ...number[]];
  const places = rest.slice(0, -1);
  const numbers = builder.constant(upTo(count), {
    shape: [count, ...places.map(() => 1), 1],
    dtype: 'int32',
  });
  const column = builder.call('BroadcastTo', { x: numbers }, { shape: [count, ...places, 1] });
  return builder.call('Concat', { 0: column, 1: indices }, { axis: rest.length });
}

/** Reads along one axis. */
const gather: StackRule = (call) => {
  const { builder, node } = call;
  const { x, indices } = call.operands as { x: Operand; indices: Operand };
  const axis = normaliseAxis(node.attributes.axis as number | undefined, x.shape);
  if (!indices.isStacked) {
    return builder.add('GatherV2', { x: x.value, indices: indices.value }, { axis: axis + 1 });
  }
  if (x.isStacked) return [gatherFromEach(call, axis)];
  // All copies read one table: [before…, copies, places…, after…].
  const made = builder.call('GatherV2', { x: x.value, indices: indices.value }, { axis });
  const others = upTo(made.shape.length).filter((each) => each !== axis);
  return builder.add('Transpose', { x: made }, { perm: [axis, ...others] });
};

/** Reads each copy's places from its own tensor, [copies · before, length, after…]. */
function gatherFromEach({ builder, count, node, operands }: StackedCall, axis: number): Value {
  const { x, indices } = operands as { x: Operand; indices: Operand };
  const before = sizeOf(x.shape.slice(0, axis));
  const places = [...indices.shape, 1];
  const apart = reshape(builder, indices.value, [count, 1, ...places]);
  const whole = builder.call('BroadcastTo', { x: apart }, { shape: [count, before, ...places] });
  const rows = reshape(builder, whole, [count * before, ...places]);
  const params = reshape(builder, x.value, [count * before, ...x.shape.slice(axis)]);
  const made = builder.call('GatherNd', { params, indices: withCopies(builder, rows) });
  return reshape(builder, made, [count, ...node.outputs[0]!.shape]);
}

const gatherNd: StackRule = (call) => {
  const { params, indices } = call.operands as { params: Operand; indices: Operand };
  const places = params.isStacked ? withCopies(call.builder, repeated(call, indices)) : indices.value;
  return call.builder.add('GatherNd', { params: params.value, indices: places });
};

/** Indices for writing, [copies, places…, depth]: tfjs also accepts a vector of rows. */
function writtenPlaces(call: StackedCall): Value {
  const indices = call.operands.indices!;
  const value = repeated(call, indices);
  return indices.shape.length > 1 ? value : reshape(call.builder, value, [...value.shape, 1]);
}

/**
 * Numbers of rows [copies, places…, 1], counted through the rows of all copies. A row that a copy does not have is one that
 * none has: it must not be another copy's.
 */
function rowsOfAll(builder: GraphBuilder, rows: Value, length: number): Value {
  const number = (value: number) => builder.scalar(value, 'int32');
  const starts = rows.shape.map((size, axis) => (axis === 0 ? size : 1));
  const first = upTo(rows.shape[0]!).map((copy) => copy * length);
  const start = builder.constant(first, { shape: starts, dtype: 'int32' });
  // Rows below 0 count from the end.
  const fromEnd = builder.call('Add', { a: rows, b: number(length) });
  const isBelow = builder.call('Less', { a: rows, b: number(0) });
  const row = builder.call('Select', { condition: isBelow, t: fromEnd, e: rows });
  const exists = builder.call('LogicalAnd', {
    a: builder.call('GreaterEqual', { a: row, b: number(0) }),
    b: builder.call('Less', { a: row, b: number(length) }),
  });
  const t = builder.call('Add', { a: row, b: start });
  return builder.call('Select', { condition: exists, t, e: number(rows.shape[0]! * length) });
}

/** Adds up what is written at one place. By rows where indices are rows: onnxruntime adds those up in a certain order. */
const scatterNd: StackRule = (call) => {
  const { builder, count, node } = call;
  const { shape } = node.outputs[0]!;
  const [length, ...rest] = shape as [number, ...number[]];
  const indices = writtenPlaces(call);
  const updates = repeated(call, call.operands.updates!);
  if (indices.shape.at(-1) !== 1) {
    const inputs = { indices: withCopies(builder, indices), updates };
    return builder.add('ScatterNd', inputs, { shape: [count, ...shape] });
  }
  const total = sizeOf(indices.shape);
  const inputs = {
    indices: reshape(builder, rowsOfAll(builder, indices, length), [total, 1]),
    updates: reshape(builder, updates, [total, ...rest]),
  };
  const made = builder.call('ScatterNd', inputs, { shape: [count * length, ...rest] });
  return [reshape(builder, made, [count, ...shape])];
};

const update: StackRule = (call) => {
  const { tensor, updates } = call.operands as { tensor: Operand; updates: Operand };
  return call.builder.add('TensorScatterUpdate', {
    tensor: repeated(call, tensor),
    indices: withCopies(call.builder, writtenPlaces(call)),
    updates: repeated(call, updates),
  });
};

/** Kernels that read or write at computed places. */
export const indexingStacking: Record<string, StackRule> = {
  GatherV2: gather,
  GatherNd: gatherNd,
  ScatterNd: scatterNd,
  TensorScatterUpdate: update,
};
