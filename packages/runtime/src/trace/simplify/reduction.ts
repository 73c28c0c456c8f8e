import { splatOf } from '../graph';
import { reducedAxes } from '../shapes/reduction';
import type { Rule } from './rule';

/** A reduction of axes of length 1, or of none, moves nothing. */
const reduction: Rule = (builder, { inputs: { x }, attributes, specs }) => {
  const { shape, dtype } = specs[0]!;
  if (!reducedAxes(attributes, x!.shape).every((axis) => x!.shape[axis] === 1)) return undefined;
  return builder.add('Cast', { x: builder.call('Reshape', { x: x! }, { shape: [...shape] }) }, { dtype });
};

/** Max, min and mean of equal numbers. */
const average: Rule = (builder, call) => {
  const splat = splatOf(call.inputs.x!);
  return splat === undefined ? reduction(builder, call) : [builder.constant([splat], call.specs[0]!)];
};

/** Softmax of a scalar, which has no axis. */
const alone =
  (value: number): Rule =>
  (builder, { inputs: { logits }, specs }) =>
    logits!.shape.length === 0 ? [builder.constant([value], specs[0]!)] : undefined;

/** Rules for kernels that compute along axes. */
export const reductionRules: Record<string, Rule> = {
  Sum: reduction,
  Prod: reduction,
  Mean: average,
  Max: average,
  Min: average,
  Softmax: alone(1),
  LogSoftmax: alone(0),
};
