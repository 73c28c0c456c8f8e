import type { Value } from '../../trace/graph';
import { normaliseAxis } from '../../trace/shapes/broadcast';
import { type Emitter, namesOf, signature } from '../emitter';
import { isFloat, type Tensor } from '../types';
import { type Combine, combineRegion } from './combine-region';
import type { Lowering } from './lowering';

/** Indices below 0 count from the end; `lengths` are those of the axes that the last axis of the indices names. */
function fromTheEnd(hlo: Emitter, indices: Tensor, lengths: readonly number[]): Tensor {
  const length = hlo.broadcast(
    hlo.constant(lengths, { shape: [lengths.length], type: 'i32' }),
    indices.shape,
  );
  const isBelow = hlo.compare('LT', indices, hlo.like(indices, 0));
  return hlo.select(isBelow, hlo.elementwise('add', indices, length), indices);
}

/** Which indices are inside: [places…], from [places…, depth]. */
function areInside(hlo: Emitter, indices: Tensor, lengths: readonly number[]): Tensor {
  const length = hlo.broadcast(
    hlo.constant(lengths, { shape: [lengths.length], type: 'i32' }),
    indices.shape,
  );
  const isInside = hlo.elementwise(
    'and',
    hlo.compare('GE', indices, hlo.like(indices, 0)),
    hlo.compare('LT', indices, length),
  );
  return hlo.reduce('and', isInside, [indices.shape.length - 1], 1);
}

/**
 * Reads what lies at `indices` [places…, depth], which cover the axes `axes` of x: [places…] takes the place of the first of
 * them. StableHLO would read the nearest element instead of one that does not exist: floats become NaN.
 */
function gather(hlo: Emitter, x: Tensor, given: Tensor, axes: readonly number[]): Tensor {
  const lengths = axes.map((axis) => x.shape[axis]!);
  const indices = fromTheEnd(hlo, given, lengths);
  const places = indices.shape.slice(0, -1);
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const first = axes[0] ?? 0;
  const before = kept.filter((axis) => axis < first).length;
  const offsets = kept.map((_, i) => (i < before ? i : places.length + i));
  const lengthsOf = (wanted: readonly number[]) => wanted.map((axis) => x.shape[axis]!);
  const shape = [...lengthsOf(kept.slice(0, before)), ...places, ...lengthsOf(kept.slice(before))];
  const sizes = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const dimensions = [
    ...(offsets.length === 0 ? [] : [`offset_dims = [${offsets.join(', ')}]`]),
    `collapsed_slice_dims = [${axes.join(', ')}]`,
    `start_index_map = [${axes.join(', ')}]`,
    `index_vector_dim = ${places.length}`,
  ].join(', ');
  const result = { shape, type: x.type };
  const made = hlo.line(
    result,
    `"stablehlo.gather"(${namesOf([x, indices])}) <{dimension_numbers = #stablehlo.gather<${dimensions}>, ` +
      `slice_sizes = array<i64: ${sizes.join(', ')}>}> : ${signature([x, indices], [result])}`,
  );
  if (!isFloat(x.type)) return made;
  const dims = places.map((_, i) => before + i);
  const isInside = hlo.broadcastInDim(areInside(hlo, indices, lengths), shape, dims);
  return hlo.select(isInside, made, hlo.like(made, Number.NaN));
}

/**
 * Writes updates [places…, rest…] into a tensor at indices [places…, depth], combined with what a place holds; those outside
 * are dropped.
 */
function scatter(hlo: Emitter, into: Tensor, given: Tensor, updates: Tensor, combine: Combine): Tensor {
  const depth = given.shape.at(-1)!;
  const indices = fromTheEnd(hlo, given, into.shape.slice(0, depth));
  const axes = [...Array(depth).keys()].join(', ');
  const places = given.shape.length - 1;
  const windows = updates.shape.map((_, axis) => axis).slice(places);
  const dimensions = [
    ...(windows.length === 0 ? [] : [`update_window_dims = [${windows.join(', ')}]`]),
    `inserted_window_dims = [${axes}]`,
    `scatter_dims_to_operand_dims = [${axes}]`,
    `index_vector_dim = ${places}`,
  ].join(', ');
  const operands = [into, indices, updates];
  return hlo.line(
    into,
    `"stablehlo.scatter"(${namesOf(operands)}) <{scatter_dimension_numbers = #stablehlo.scatter<${dimensions}>}> ` +
      `${combineRegion(hlo, into.type, combine)} : ${signature(operands, [into])}`,
  );
}

/** Indices with one row each: tfjs also accepts a vector. */
function rowsOf(hlo: Emitter, indices: Value): Tensor {
  const tensor = hlo.tensor(indices, 'int32');
  return tensor.shape.length === 1 ? hlo.reshape(tensor, [tensor.shape[0]!, 1]) : tensor;
}

/** Kernels that read or write at computed places. */
export const indexingLowerings: Record<string, Lowering> = {
  GatherV2: (hlo, { inputs, attributes }) => {
    const x = hlo.tensor(inputs.x!);
    const indices = hlo.tensor(inputs.indices!, 'int32');
    const axis = normaliseAxis(attributes.axis as number | undefined, x.shape);
    return gather(hlo, x, hlo.reshape(indices, [...indices.shape, 1]), [axis]);
  },
  GatherNd: (hlo, { inputs }) => {
    const indices = hlo.tensor(inputs.indices!, 'int32');
    return gather(hlo, hlo.tensor(inputs.params!), indices, [...Array(indices.shape.at(-1)!).keys()]);
  },
  ScatterNd: (hlo, { inputs: { indices, updates }, outputs }) => {
    const { dtype, shape } = outputs[0]!;
    const given = hlo.tensor(updates!, dtype);
    return scatter(hlo, hlo.splat(0, { shape, type: given.type }), rowsOf(hlo, indices!), given, 'add');
  },
  TensorScatterUpdate: (hlo, { inputs: { tensor, indices, updates } }) =>
    scatter(hlo, hlo.tensor(tensor!), rowsOf(hlo, indices!), hlo.tensor(updates!, tensor!.dtype), 'replace'),
};
