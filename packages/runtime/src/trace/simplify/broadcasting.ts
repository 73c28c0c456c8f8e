import { splatOf, type Value } from '../graph';
import type { GraphBuilder } from '../graph-builder';
import { elementwiseShapes } from '../shapes/elementwise';
import { type Rule, sameShape } from './rule';

/** What a value repeats along its axes; the value itself if it repeats nothing. */
function repeated(builder: GraphBuilder, value: Value): Value {
  if (value.node.kernel === 'BroadcastTo') return value.node.inputs.x!;
  const splat = splatOf(value);
  return splat === undefined || value.shape.length === 0 ? value : builder.scalar(splat, value.dtype);
}

/**
 * Elementwise kernels broadcast by themselves: repeated operands are passed in unrepeated. If that leaves a small result, it
 * is computed once and repeated afterwards. Gradients of means and sums are full of this.
 */
export const repeatOutside: Rule = (builder, { kernel, inputs, attributes, specs }) => {
  if (!(kernel in elementwiseShapes)) return undefined;
  const small = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [name, repeated(builder, value)]),
  );
  if (Object.keys(inputs).every((name) => small[name] === inputs[name])) return undefined;
  const { shape } = specs[0]!;
  const value = builder.call(kernel, small, attributes);
  return [sameShape(value.shape, shape) ? value : builder.call('BroadcastTo', { x: value }, { shape })];
};
